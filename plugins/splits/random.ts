import { type Assignment, Split } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { numberUnits } from './pair-units.js';
import { askedFor, checkShares, dealOut, openRows, partSizes, test, validation } from './shares.js';

/**
 * Divides items, or given pairs or triplets where there are any, at random. One that is given several times stays in one part.
 * Sizes are exact: the largest remainder, at least one for each part that is asked for.
 * Units: shares are of items, or of different pairs.
 * Errors: SPLIT, where the shares leave nothing for training, or there are fewer rows than parts.
 */
export const random = definePlugin(Split, {
  name: 'random',
  summary: 'Items or given pairs at random.',
  options: { type: 'object', additionalProperties: false, properties: { validation, test } },
  of: ['items', 'pairs'],
  disjoint: ['pairs'],
  create: (options) => {
    checkShares(options);
    return {
      folds: 1,
      assign(view, _fold, draw) {
        const { assigned, open, shares } = openRows(view, options);
        const { unitOf, count } = numberUnits(view, open);
        const parts = askedFor(shares);
        if (count < parts.count)
          fail('SPLIT', `${parts.words} need at least ${parts.count} ${view.of}; the data has ${count}`);
        const order = draw.shuffle(Int32Array.from({ length: count }, (_, unit) => unit));
        const partOf = new Array<Assignment>(count);
        dealOut(order, partSizes(count, shares, 1), (unit, part) => {
          partOf[unit] = part;
        });
        for (const [place, row] of open.entries()) assigned[row] = partOf[unitOf[place]!]!;
        return assigned;
      },
    };
  },
});
