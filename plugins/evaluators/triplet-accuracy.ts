import { Evaluator } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Triplet accuracy: of the given triplets (anchor a, positive p, negative n), whose positive is nearer by the recipe's
 * distance?
 *   accuracy   share of the triplets with d(a, p) < d(a, n); a tie counts as wrong, so that an encoder that maps all
 *              items to one point reaches 0
 * Units: a share, 0..1; 0.5 is chance. Intervals draw the groups of anchors and negatives.
 * Errors: none; NaN with a note where there are no triplets, or a distance is no number.
 */
export const tripletAccuracy = definePlugin(Evaluator, {
  name: 'triplet-accuracy',
  summary: 'Share of the given triplets whose positive is nearer to the anchor than the negative.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  measures: 'triplets',
  reportedAs: 'triplet',
  metrics: {
    accuracy: { better: 'higher', range: [0, 1], description: 'Share of triplets whose positive is the nearer one.' },
  },
  create: () => ({
    begin() {
      const right: number[] = [];
      let unknown = 0;
      const share = (weight: (triplet: number) => number): number => {
        let [hits, total] = [0, 0];
        for (const [triplet, one] of right.entries()) {
          hits += weight(triplet) * one;
          total += weight(triplet);
        }
        return total === 0 || unknown > 0 ? Number.NaN : hits / total;
      };
      return {
        add({ near, far }) {
          for (const [i, distance] of near.entries()) {
            unknown += Number(Number.isNaN(distance) || Number.isNaN(far[i]));
            right.push(Number(distance < far[i]!));
          }
        },
        result() {
          const accuracy = share(() => 1);
          if (unknown > 0) return { values: { accuracy }, notes: ['some distances are not numbers'] };
          return { values: { accuracy }, ...(right.length === 0 ? { notes: ['there are no triplets to judge'] } : {}) };
        },
        resampled: (weight) => ({ accuracy: share((triplet) => weight[triplet]!) }),
      };
    },
  }),
});
