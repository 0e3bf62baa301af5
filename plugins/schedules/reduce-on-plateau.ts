import { type Json, Schedule } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/** Kept in checkpoints. `best` is null before the first evaluation. */
type Plateau = {
  readonly factor: number;
  readonly best: number | null;
  readonly waited: number;
  readonly cooling: number;
};

/**
 * Falls by `factor` when the monitored metric has not improved by more than `minimumDelta` in `patience` evaluations;
 * then waits for `cooldown` evaluations before it counts again.
 * Units: `patience` and `cooldown` in evaluations; `minimumDelta` in those of the metric; `factor` and `minimum` are
 * factors on the learning rate.
 * Errors: none of its own.
 * Source: Keras ReduceLROnPlateau.
 */
export const reduceOnPlateau = definePlugin(Schedule, {
  name: 'reduce-on-plateau',
  summary: 'Falls when the monitored metric stalls.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      factor: {
        type: 'number',
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        default: 0.1,
        description: 'What each fall leaves.',
      },
      patience: {
        type: 'integer',
        minimum: 1,
        default: 5,
        description: 'Evaluations without improvement before a fall.',
      },
      minimumDelta: {
        type: 'number',
        minimum: 0,
        default: 0.0001,
        description: 'Smallest change that counts as an improvement.',
      },
      cooldown: {
        type: 'integer',
        minimum: 0,
        default: 0,
        description: 'Evaluations after a fall that are not counted.',
      },
      minimum: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0,
        description: 'Factor below which it never falls.',
      },
    },
  },
  create: ({ factor, patience, minimumDelta, cooldown, minimum }) => ({
    initial: { factor: 1, best: null, waited: 0, cooling: 0 },
    factor: (_at, state) => read(state).factor,
    observe(state, { monitored, better }) {
      const before = read(state);
      const cooling = Math.max(0, before.cooling - 1);
      const waited = before.cooling > 0 ? 0 : before.waited;
      const gain = better === 'higher' ? monitored - (before.best ?? -Infinity) : (before.best ?? Infinity) - monitored;
      if (gain > minimumDelta) return { ...before, best: monitored, waited: 0, cooling };
      if (cooling > 0 || waited + 1 < patience) return { ...before, waited: cooling > 0 ? 0 : waited + 1, cooling };
      return { ...before, factor: Math.max(minimum, before.factor * factor), waited: 0, cooling: cooldown };
    },
  }),
});

/** The second reading of JSON as what `observe` wrote: it comes from a checkpoint of this schedule. */
const read = (state: Json): Plateau => state as Plateau;
