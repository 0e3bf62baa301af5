import type { Counter } from './chunk-counter.js';
import { type Desk, job, TOLD, turn } from './count-desk.js';

/** What a thread does at its desk, until it is told to close: one job after another, by its own counter. */
export function countAt(desk: Desk, counter: Counter): void {
  Atomics.compareExchange(desk.turn, 0, turn.starting, turn.free);
  try {
    while (isWanted(desk)) {
      const kind = desk.kind[0]!;
      if (kind === job.begin) counter.begin(thresholdsAt(desk));
      else if (kind === job.add) add(desk, counter);
      else putCounts(desk, counter);
      hand(desk, turn.free);
    }
  } catch (error) {
    hand(desk, turn.failed);
    throw error;
  }
}

/** Waits for a job; false: there will be none. */
function isWanted(desk: Desk): boolean {
  for (;;) {
    const now = Atomics.load(desk.turn, 0);
    if (now === turn.closing) return false;
    if (now === turn.busy) return true;
    Atomics.wait(desk.turn, 0, now);
  }
}

/** Unless it was told to close. */
function hand(desk: Desk, to: number): void {
  Atomics.compareExchange(desk.turn, 0, turn.busy, to);
  Atomics.notify(desk.turn, 0);
}

function thresholdsAt(desk: Desk): readonly Float32Array[] {
  let end = 0;
  return Array.from(desk.perQuery.subarray(0, desk.queries[0]), (count) => {
    end += count;
    return desk.thresholds.slice(end - count, end);
  });
}

function add(desk: Desk, counter: Counter): void {
  const chunks = desk.chunks[0]!;
  const given = {
    values: desk.values.subarray(0, 64 * chunks),
    perQuery: desk.perQuery.slice(0, desk.queries[0]),
    margins: desk.margins.subarray(0, chunks),
  };
  let told = 0;
  counter.add(given, ({ query, value, threshold }) => {
    if (told === TOLD) {
      desk.told[0] = told;
      hand(desk, turn.full);
      if (!isWanted(desk)) throw new Error('told to close');
      told = 0;
    }
    desk.found[3 * told] = query;
    desk.found[3 * told + 1] = value;
    desk.found[3 * told++ + 2] = threshold;
  });
  desk.told[0] = told;
}

function putCounts(desk: Desk, counter: Counter): void {
  let end = 0;
  for (let query = 0; query < desk.queries[0]!; query++) {
    const counts = counter.counts(query);
    desk.counts.set(counts, end);
    end += counts.length;
  }
}
