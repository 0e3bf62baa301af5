import type { Assignment, Overlaps } from '../contract/index.js';
import { fail } from '../problem/index.js';

/** Errors: SPLIT, where items that share content are in different parts: those of evaluation would have been seen. */
export function refuseLeaks({ sequence, start, length, by }: Overlaps, assigned: readonly Assignment[]): void {
  const isUsed = (item: number): boolean => assigned[item] !== 'unused';
  let leaks = 0;
  for (let item = 0; item < sequence.length; item++) {
    if (!isUsed(item)) continue;
    for (let next = item + 1; sequence[next] === sequence[item] && start[next]! < start[item]! + length; next++)
      if (isUsed(next) && assigned[next] !== assigned[item]) leaks++;
  }
  if (leaks === 0) return;
  const whole = by === null ? 'of a group' : `of a group, and so of one "${by}",`;
  const message = `the split puts ${leaks} pairs of windows that share rows in different parts: what is evaluated would have been seen in training`;
  const hint = `unseen-groups keeps the windows ${whole} together; so does \`given\` by a column of theirs; windows whose stride is their length share nothing.`;
  fail('SPLIT', message, { path: 'data.split', hint });
}
