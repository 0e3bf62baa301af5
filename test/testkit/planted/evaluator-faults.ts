import { definePlugin, Evaluator, type Plugin } from 'siamese';
import { type Fault, none } from './fault.js';

const right = (scores: Float32Array, targets: Float32Array): number =>
  scores.filter((score, i) => Number(score >= 0.5) === targets[i]).length / Math.max(1, scores.length);
export const evaluator = (
  value: (scores: Float32Array, targets: Float32Array) => number,
  better: 'higher' | 'lower' = 'higher',
): Plugin =>
  definePlugin(Evaluator, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    measures: 'pairs',
    metrics: { share: { better, range: [0, 1], description: 'A share.' } },
    create: () => ({
      begin: () => {
        let last = 0;
        return {
          add: ({ closeness, target }) => {
            last = value(closeness, target);
          },
          result: () => ({ values: { share: last } }),
        };
      },
    }),
  });

/** Of evaluators. */
export const evaluatorFaults: readonly Fault[] = [
  ['a metric that is better the other way', 'perfect is best', evaluator(right, 'lower')],
  ['a metric that knows the last block alone', 'in blocks as in one', evaluator(right)],
  [
    'a metric outside its range',
    'values in their declared range',
    evaluator((scores, targets) => 100 * right(scores, targets)),
  ],
];
