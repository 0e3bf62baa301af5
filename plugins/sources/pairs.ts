import { Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { describePairs, openPairs } from './pair-rows.js';
import { selector } from './record-options.js';
import { rowOptions } from './rows/open.js';
import { polarity, positiveFrom, range, target, weight } from './target-options.js';

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
      left: selector('left'),
      right: selector('right'),
      tables: {
        type: 'string',
        enum: ['auto', 'one', 'two'],
        default: 'auto',
        description:
          'Whether left and right are items of one kind. auto: one where their columns agree in names (or order) and kinds.',
      },
      target,
      polarity,
      range,
      positiveFrom,
      weight,
    },
  },
  access: 'random',
  relations: ['pairs'],
  create: (options) => ({
    describe: (files) => describePairs(files, options),
    open: (files) => openPairs(files, options),
  }),
});
