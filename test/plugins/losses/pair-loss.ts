import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Step } from '../../../core/contract/index.js';
import { stepRandom } from '../../../core/engine/step-random.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { expectClose, gradientsOf, numericGradient, type Vector, vector } from '../numeric.js';

export interface PairLossCase {
  readonly plugin: Plugin<'loss'>;
  readonly options?: Options;
  /** The formula in float64. */
  readonly oracle: (score: number, target: number) => number;
  /** Scores away from the formula's corners, and their targets. */
  readonly scores: Vector;
  readonly targets: Vector;
  /** Bounds of the scores that it may be given. */
  readonly range: readonly [number, number];
}

/** score [pairs], target [pairs] -> [pairs] */
export function pairLoss(plugin: Plugin<'loss'>, options: Options = {}): (score: Tensor, target: Tensor) => Tensor {
  const loss = view(plugin).create(options, {});
  const index = tfc.scalar(0, 'int32'); // []
  const step: Step = { training: true, random: stepRandom(0, 'test', index), index, progress: tfc.scalar(0) };
  return (score, target) => loss.perPair!(score, target, {}, step); // [pairs]
}

export const values = (of: ReturnType<typeof pairLoss>, scores: Vector, targets: Vector): number[] =>
  tfc.tidy(() => Array.from(of(vector(scores), vector(targets)).dataSync()));
export const gradientByScore = (of: ReturnType<typeof pairLoss>, scores: Vector, targets: Vector): number[] =>
  gradientsOf((score) => of(score, vector(targets)), [vector(scores)])[0]!;

/** What every loss on pairs must hold, beside its own hand-computed cases. */
export function pairLossProperties({ plugin, options = {}, oracle, scores, targets, range }: PairLossCase): void {
  const of = pairLoss(plugin, options);
  describe('as every loss on pairs', () => {
    it('agrees with its formula, pair by pair, unreduced', () => {
      expectClose(
        values(of, scores, targets),
        scores.map((score, i) => oracle(score, targets[i]!)),
        1e-6,
      );
    });

    it('has the gradient of its formula', () => {
      expectClose(
        gradientByScore(of, scores, targets),
        scores.map((score, i) => numericGradient(([x]) => oracle(x!, targets[i]!), [score])[0]!),
      );
    });

    it('treats each pair by itself: in any order, alone or among others', () => {
      const pair = fc.tuple(fc.float({ min: range[0], max: range[1], noNaN: true }), fc.constantFrom(0, 1));
      fc.assert(
        fc.property(fc.array(pair, { minLength: 1, maxLength: 8 }), (pairs) => {
          const together = values(
            of,
            pairs.map(([s]) => s),
            pairs.map(([, t]) => t),
          );
          const backwards = values(
            of,
            pairs.toReversed().map(([s]) => s),
            pairs.toReversed().map(([, t]) => t),
          );
          expectClose(backwards.toReversed(), together, 1e-6);
          expectClose(values(of, [pairs[0]![0]], [pairs[0]![1]]), [together[0]!], 1e-6);
        }),
        { numRuns: 50 },
      );
    });

    it('is nowhere negative, and finite with a finite gradient over its whole range', () => {
      const [low, high] = range;
      const steps = Array.from({ length: 201 }, (_, i) => Math.fround(low + ((high - low) * i) / 200));
      for (const target of [0, 1]) {
        const all = steps.map(() => target);
        for (const value of values(of, steps, all)) expect(value).toBeGreaterThanOrEqual(0);
        for (const value of [...values(of, steps, all), ...gradientByScore(of, steps, all)]) {
          expect(value).toSatisfy(Number.isFinite);
        }
      }
    });
  });
}
