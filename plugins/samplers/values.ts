import type { Pool } from '../../core/contract/index.js';

/** The members of a pool in the order of their groups, and of their values within a group. */
export interface ValueRuns {
  readonly members: Int32Array;
  /** Of each place in `members`: the places start..end of its group that share its value, itself among them. */
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** `values`: code of each row of the pool, by which a positive must differ; items without a value share one. */
export function runsOfValues({ members: given, groups }: Pool, values: Int32Array): ValueRuns {
  const members = given.slice().sort((a, b) => groups[a]! - groups[b]! || values[a]! - values[b]! || a - b);
  const [start, end] = [new Int32Array(members.length), new Int32Array(members.length)];
  const isLast = (place: number): boolean => {
    const [row, next] = [members[place]!, members[place + 1]];
    return next === undefined || groups[row] !== groups[next] || values[row] !== values[next];
  };
  for (let place = 0, first = 0; place < members.length; place++) {
    start[place] = first;
    if (!isLast(place)) continue;
    end.fill(place + 1, first, place + 1);
    first = place + 1;
  }
  return { members, start, end };
}

/** How many members of each group have each of its values, group after group. */
export function* valueSizesOf({ offsets }: Pool, { end }: ValueRuns): Generator<Int32Array> {
  for (let group = 1; group < offsets.length; group++) {
    const sizes: number[] = [];
    for (let place = offsets[group - 1]!; place < offsets[group]!; place = end[place]!) sizes.push(end[place]! - place);
    yield Int32Array.from(sizes);
  }
}
