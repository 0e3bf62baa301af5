import { type Assignment, Split } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { hashUnit } from '../../core/random/index.js';
import { checkShares, openRows, type Shares, sharesOf, test, validation } from './shares.js';

/**
 * The part of a row follows from a hash of its key, or of its value in the column `by`: it stays the same when data is
 * added, removed or reordered, whatever the seed. u in [0, 1): below `test` test, then validation, then training.
 * Works on streams, where it sees one row at a time. A row without a value of `by` goes by its key.
 * Units: shares are expected shares of keys (of values of `by`): sizes come near them, but are not exact.
 * Errors: SPLIT, where the shares leave nothing for training.
 */
export const hash = definePlugin(Split, {
  name: 'hash',
  summary: 'By a hash of each row, the same for ever and for streams.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      by: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'A column whose equal values are kept in one part; null: the key of each row.',
      },
      salt: {
        type: 'string',
        default: '',
        description: 'Text that is hashed before each key: another one gives another split.',
      },
      validation,
      test,
    },
  },
  of: ['items', 'pairs'],
  disjoint: ['pairs'],
  create: (options) => {
    const { by, salt } = options;
    checkShares(options);
    const text = (key: string, value: string | number | null): string => `${salt}\n${value ?? key}`;
    return {
      folds: 1,
      assign(view) {
        const { assigned, open, shares } = openRows(view, options);
        const values = by === null ? null : view.column(by);
        for (const row of open) assigned[row] = partAt(hashUnit(text(view.key(row), values?.[row] ?? null)), shares);
        return assigned;
      },
      assignRow: (row, _fold, unit) =>
        partAt(unit(text(row.key, by === null ? null : row.column(by))), sharesOf(options)),
    };
  },
});

/** Test comes first: with another share for validation it stays what it was. */
function partAt(place: number, shares: Shares): Assignment {
  if (place < shares.test) return 'test';
  return place < shares.test + shares.validation ? 'validation' : 'train';
}
