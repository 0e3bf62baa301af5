import { isAbsolute, join } from 'node:path';
import { type Json, Tracker, type TrackerEvent } from '../../core/contract/index.js';
import { openGrowing, requireFree } from '../../core/files/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { seriesOf } from './series.js';

const HEADER = 'time,step,epoch,series,value,message\n';

/**
 * A row for every value of every event, in the order in which they came: `time` (ISO 8601, UTC), `step`, `epoch`, `series`
 * (`train/loss`, `validation/verification.rocAuc`), `value` (as many digits as bring the number back; NaN and Infinity by
 * name), `message` (of health). An event without values is one row without series.
 * Errors: OUTPUT, where the file cannot be written, or holds something that is not of this run.
 * Source: RFC 4180, with lines that end with a single newline.
 */
export const csv = definePlugin(Tracker, {
  name: 'csv',
  summary: 'A table of all values, one row each.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      file: {
        type: 'string',
        pattern: '.',
        default: 'metrics.csv',
        description: 'The file, in the run folder unless absolute. What it holds already is not wiped out.',
      },
    },
  },
  create: ({ file }) => ({
    async open({ folder, resumed }, position) {
      const keep = bytesOf(position);
      const path = isAbsolute(file) ? file : join(folder, file);
      if (keep === 0) requireFree(path, resumed && !isAbsolute(file) ? HEADER : null); // a run that starts over
      const table = openGrowing(path, keep);
      if (keep === 0) table.append(HEADER);
      return {
        record: (event) => table.append(rowsOf(event)),
        position: () => ({ bytes: table.bytes }),
        close: async () => table.close(),
      };
    },
  }),
});

/** 0: from the beginning. */
function bytesOf(position: Json): number {
  const { bytes } = (position ?? { bytes: 0 }) as { readonly bytes: number };
  return bytes;
}

function rowsOf(event: TrackerEvent): string {
  const { at, step, epoch, message = event.path ?? '' } = event;
  const start = `${new Date(at).toISOString()},${step},${epoch}`;
  const series = seriesOf(event);
  if (series.length === 0) return `${start},${event.kind},,${cell(message)}\n`;
  return series.map(([name, value]) => `${start},${cell(name)},${value},${cell(message)}\n`).join('');
}

const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
