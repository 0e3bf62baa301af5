import { Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { describeLinked, openLinked } from './linked-rows.js';
import { records } from './record-options.js';
import { rowOptions } from './rows/open.js';
import { polarity, positiveFrom, range, target, weight } from './target-options.js';

/**
 * Two tables of records and pairs of their keys: which record of the left belongs to which of the right. Each is CSV,
 * JSONL or Parquet, read as by the source `table`; several files by a pattern are one table. Without `right` the pairs are
 * of records of one table (its duplicates, say).
 * Columns of the pairs that are neither keys nor target nor weight are columns of the pair, for splits (a date, a part).
 * Targets: see `readTargets` (binary, graded, real); without a target column all pairs are positives. Records that stand in
 * no pair are items all the same: retrieval looks for the right one among all.
 * Errors: those of `table`; DATA_VALUE at the line of a pair that names an unknown key, with the nearest ones, or for a
 * target or weight that cannot be used.
 */
export const linkedTables = definePlugin(Source, {
  name: 'linked-tables',
  summary: 'Two tables of records and given pairs of their keys.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['left', 'pairs'],
    properties: {
      left: { ...records, description: 'Table of the left records.' },
      right: {
        anyOf: [
          { ...records, description: 'Table of the right records.' },
          { type: ['null'], description: 'The left table is the right one, too.' },
        ],
        default: null,
        description: 'Table of the right records. null: pairs are of records of the left table.',
      },
      pairs: {
        type: 'object',
        additionalProperties: false,
        required: ['path', 'left', 'right'],
        description: 'Which records belong together.',
        properties: {
          ...rowOptions,
          left: { type: 'string', format: 'column', description: 'Column of the key of the left record.' },
          right: { type: 'string', format: 'column', description: 'Column of the key of the right record.' },
          target,
          polarity,
          range,
          positiveFrom,
          weight,
        },
      },
    },
  },
  access: 'random',
  relations: ['pairs'],
  create: (options) => ({
    describe: (files) => describeLinked(files, options),
    open: (files) => openLinked(files, options),
  }),
});
