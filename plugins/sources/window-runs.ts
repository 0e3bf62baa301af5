/** Where windows begin, and which share a run of rows. */
export interface Runs {
  /** First row of each window, ascending. */
  readonly starts: Int32Array;
  /** Number of each window's run. */
  readonly runs: Int32Array;
  /** Rows of the longest run. */
  readonly longest: number;
}

interface Windows {
  /** Rows in all. */
  readonly size: number;
  readonly length: number;
  readonly stride: number;
}

/** The windows of the runs in which all bounds stay the same. */
export function runsOf(bounds: readonly (readonly (string | null)[])[], { size, length, stride }: Windows): Runs {
  const starts: number[] = [];
  const runs: number[] = [];
  let longest = 0;
  let number = 0;
  for (let begin = 0; begin < size; number++) {
    let end = begin + 1;
    while (end < size && bounds.every((of) => of[end] === of[begin])) end++;
    longest = Math.max(longest, end - begin);
    for (let start = begin; start + length <= end; start += stride) {
      starts.push(start);
      runs.push(number);
    }
    begin = end;
  }
  return { starts: Int32Array.from(starts), runs: Int32Array.from(runs), longest };
}
