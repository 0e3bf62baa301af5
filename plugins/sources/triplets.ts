import { Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { records, selector } from './record-options.js';
import { rowOptions } from './rows/open.js';
import { describeTriplets, openTriplets } from './triplet-rows.js';

/**
 * Given triplets from CSV, JSONL or Parquet files: one row names an anchor, a positive that is nearer to it, and a negative.
 * Without `items` the row holds the three items themselves, by their columns as in the source `pairs`: the three must agree
 * in kinds, items with equal contents are one item, and its key is a hash of its content. With `items` the row holds three
 * keys of that table. Other columns are columns of the triplet, for splits (a part).
 * Columns are read as by the source `table`.
 * Errors: those of `table`; DATA_COLUMN where the three differ; DATA_VALUE at the line of a triplet that names an unknown
 * key, with the nearest ones.
 */
export const triplets = definePlugin(Source, {
  name: 'triplets',
  summary: 'Given triplets from the rows of CSV, JSONL or Parquet files.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: {
      ...rowOptions,
      anchor: { ...selector('anchor'), default: 'anchor' },
      positive: { ...selector('positive'), default: 'positive' },
      negative: { ...selector('negative'), default: 'negative' },
      items: {
        anyOf: [
          { ...records, description: 'Table of the items; the triplets name its keys.' },
          { type: ['null'], description: 'The triplets hold the items themselves.' },
        ],
        default: null,
        description: 'Table whose keys the triplets name. null: the triplets hold the items themselves.',
      },
    },
  },
  access: 'random',
  relations: ['triplets'],
  create: (options) => ({
    describe: (files) => describeTriplets(files, options),
    open: (files) => openTriplets(files, options),
  }),
});
