import { Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { selectionOptions } from './rows/filter.js';
import { rowOptions } from './rows/open.js';
import { describeWindows, openWindows } from './window-rows.js';

/**
 * Windows of consecutive rows of a table: signals, logs, anything in order.
 *   item i of a run: its rows i * stride .. i * stride + length - 1
 * A run is rows that stand together and agree in `by` and `group`; no window crosses its ends, and rows at its end that
 * fill no window are left out.
 * Shapes: items [windows, length, channels], a sequence; the columns `by` and `group` stand beside it.
 * Windows overlap where stride < length: a split that puts two that share rows in different parts is then refused.
 * Rows are read as by the source `table`, and held in memory once, however much the windows overlap.
 * Errors: those of `table`; OPTION_MISSING (neither group nor by), DATA_EMPTY (no run is as long as a window).
 */
export const windows = definePlugin(Source, {
  name: 'windows',
  summary: 'Windows of fixed length over consecutive rows of a table, as sequences.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['path', 'length'],
    properties: {
      ...rowOptions,
      filter: selectionOptions.filter,
      order: selectionOptions.order,
      length: { type: 'integer', minimum: 1, description: 'Rows of a window.' },
      stride: {
        type: ['integer', 'null'],
        minimum: 1,
        default: null,
        description: 'Rows from one window to the next. null: the length, so that they do not overlap.',
      },
      by: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'Column whose change ends a run: a session, a subject, a device.',
      },
      group: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'Column that says which windows belong together; its change ends a run too. null: `by`.',
      },
      channels: {
        type: 'array',
        items: { type: 'string', format: 'column', description: 'A column of numbers.' },
        default: [],
        description: 'Columns that a window is made of, in this order. Empty: all columns of numbers.',
      },
    },
  },
  access: 'random',
  relations: ['groups'],
  create: (options) => ({
    describe: (files) => describeWindows(files, options),
    open: (files) => openWindows(files, options),
  }),
});
