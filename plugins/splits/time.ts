import { type Assignment, type Log, Split, type SplitView } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { numberUnits } from './pair-units.js';
import { askedFor, checkShares, openRows, partSizes, type Shares, test, validation } from './shares.js';
import { timesOf } from './times.js';

/**
 * The past trains, the future tests: the newest rows are for test, those before them for validation, the oldest for
 * training. Times are numbers, or dates of ISO 8601 (`2024-05-31`, `2024-05-31T18:00:00+02:00`; without a zone: UTC).
 * Rows of one time stay together: the cut lies where the time changes nearest to the share (of two as near, the later
 * one), and each part that is asked for has at least one time. A pair that was given before is no test of anything new:
 * its later copies in validation or test are left out, and their number is told. Groups and items may recur.
 * Units: shares are of items, or of given pairs where there are any.
 * Errors: SPLIT, where the shares leave nothing for training or there are fewer times than parts; DATA_VALUE, at its
 * line where the source knows it, for a time that is missing or is none.
 */
export const time = definePlugin(Split, {
  name: 'time',
  summary: 'By a column of times: the newest are for test.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['column'],
    properties: {
      column: { type: 'string', format: 'column', description: 'Column of times: numbers, or dates of ISO 8601.' },
      validation,
      test,
    },
  },
  of: ['items', 'pairs'],
  disjoint: ['pairs'],
  create: (options, { log }) => {
    checkShares(options);
    return {
      folds: 1,
      assign(view) {
        const { assigned, open, shares } = openRows(view, options);
        const times = timesOf(view, open, options.column);
        const order = open.map((_, place) => place).sort((a, b) => times[a]! - times[b]! || a - b);
        const cuts = cutsOf(
          Float64Array.from(order, (place) => times[place]!),
          shares,
          options.column,
        );
        for (const [place, one] of order.entries()) {
          assigned[open[one]!] = place >= cuts.test ? 'test' : place >= cuts.validation ? 'validation' : 'train';
        }
        leaveOutRepeats(view, assigned, log);
        return assigned;
      },
    };
  },
});

/** Places from which on rows are for validation, and for test. `times`: in ascending order. */
function cutsOf(
  times: Float64Array,
  shares: Shares,
  column: string,
): { readonly validation: number; readonly test: number } {
  const starts = Array.from(times.keys()).filter((place) => place === 0 || times[place] !== times[place - 1]);
  const asked = askedFor(shares);
  if (starts.length < asked.count) {
    const what = `${asked.words} need at least ${asked.count} different times in "${column}"`;
    fail('SPLIT', `${what}; the data has ${starts.length}`, { path: 'data.split' });
  }
  const sizes = partSizes(times.length, shares, 1);
  const end = times.length;
  const before = shares.validation > 0 ? 2 : 1; // times that come before test
  const test = shares.test > 0 ? nearest(starts.slice(before), end - sizes.test) : end;
  const earlier = starts.slice(1).filter((place) => place < test);
  return { test, validation: shares.validation > 0 ? nearest(earlier, test - sizes.validation) : test };
}

const nearest = (places: readonly number[], wanted: number): number =>
  places.reduce((best, place) => (Math.abs(place - wanted) <= Math.abs(best - wanted) ? place : best));

const ranks: Readonly<Record<Assignment, number>> = { train: 0, validation: 1, test: 2, unused: 3 };

function leaveOutRepeats(view: SplitView, assigned: Assignment[], log: Log): void {
  if (!view.pairs) return;
  const { unitOf } = numberUnits(
    view,
    Int32Array.from({ length: view.size }, (_, row) => row),
  );
  const earliest = new Map<number, number>();
  for (const [row, part] of assigned.entries()) {
    const unit = unitOf[row]!;
    earliest.set(unit, Math.min(earliest.get(unit) ?? ranks.unused, ranks[part]));
  }
  const repeated = assigned.flatMap((part, row) => (ranks[part] > earliest.get(unitOf[row]!)! ? [row] : []));
  for (const row of repeated) assigned[row] = 'unused';
  if (repeated.length > 0)
    log.warn(`pairs of validation and test left out, since they were given earlier already: ${repeated.length}`);
}
