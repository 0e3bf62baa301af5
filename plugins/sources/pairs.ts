import { Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { describePairs, openPairs } from './pair-rows.js';
import { rowOptions } from './rows/open.js';

const side = (name: string) =>
  ({
    anyOf: [
      { type: 'string', description: 'A column, or a pattern with one star.' },
      {
        type: 'array',
        items: { type: 'string', description: 'A column or a pattern.' },
        minItems: 1,
        description: 'Several columns.',
      },
    ],
    description: `Columns of the ${name} item: a name, a list of names, or a pattern such as ${name}_*.`,
  }) as const;

/**
 * Given pairs from CSV, JSONL or Parquet files: one row is one pair, with the columns of its left and of its right item.
 * The sides share one table of items when their columns agree (see `tables`); items with equal contents are one item, so
 * that random negatives and the ledger see each once. An item's key is a hash of its content. Columns matched by a
 * pattern are named by what its star stands for; a list keeps the names of the left.
 * Targets: see `readTargets` (binary, graded, real); without a target column all pairs are positives.
 * Columns are read as by the source `table`; those of neither item are columns of the pair, for splits (a date, a part).
 * Errors: those of `table`; DATA_VALUE for a target or weight that cannot be used.
 */
export const pairs = definePlugin(Source, {
  name: 'pairs',
  summary: 'Given pairs from the rows of CSV, JSONL or Parquet files.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['path', 'left', 'right'],
    properties: {
      ...rowOptions,
      left: side('left'),
      right: side('right'),
      tables: {
        type: 'string',
        enum: ['auto', 'one', 'two'],
        default: 'auto',
        description:
          'Whether left and right are items of one kind. auto: one where their columns agree in names (or order) and kinds.',
      },
      target: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'Column that says how much the two are the same. null: every row is a positive pair.',
      },
      polarity: {
        type: 'string',
        enum: ['same-is-high', 'same-is-low'],
        default: 'same-is-high',
        description: 'Whether a high or a low target means the same; converted once, on reading.',
      },
      range: {
        anyOf: [
          {
            type: 'array',
            items: { type: 'number', description: 'A bound.' },
            minItems: 2,
            maxItems: 2,
            description: '[low, high].',
          },
          { type: ['null'], description: 'Not graded.' },
        ],
        default: null,
        description: 'Lowest and highest target of a graded scale, mapped to 0..1.',
      },
      positiveFrom: {
        type: ['number', 'null'],
        default: null,
        description:
          'Target from which on (with same-is-low: down from which) a pair is the same, in the units of the column.',
      },
      weight: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'Column of weights of the pairs, 0 or more.',
      },
    },
  },
  access: 'random',
  relations: ['pairs'],
  create: (options) => ({
    describe: (files) => describePairs(files, options),
    open: (files) => openPairs(files, options),
  }),
});
