import { definePlugin, Evaluator } from 'siamese';

/** How far apart same and different pairs lie: mean closeness of the same less that of the different. */
export const example = definePlugin(Evaluator, {
  name: 'acme/example',
  summary: 'Gap between same and different pairs.',
  api: 1,
  options: { type: 'object', additionalProperties: false, properties: {} },
  measures: 'pairs',
  targets: 'binary',
  metrics: { gap: { better: 'higher', range: [-Infinity, Infinity], description: 'Difference of mean closeness.' } },
  create: () => ({
    begin() {
      const sums = { same: 0, different: 0 };
      const weights = { same: 0, different: 0 };
      return {
        add({ closeness, target, weight }) {
          closeness.forEach((value, i) => {
            const kind = target[i]! >= 0.5 ? 'same' : 'different';
            sums[kind] += value * weight[i]!;
            weights[kind] += weight[i]!;
          });
        },
        result() {
          const gap = sums.same / weights.same - sums.different / weights.different;
          return { values: { gap }, ...(Number.isNaN(gap) ? { notes: ['it needs same and different pairs'] } : {}) };
        },
      };
    },
  }),
});
