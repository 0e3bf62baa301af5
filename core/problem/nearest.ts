/** Nobody means a name as long, nor looks for one among as many: comparing them would take minutes. */
const LONGEST = 200;
const MOST = 2000;

/**
 * The nearest name to a misspelt one, or null when none is near.
 * Optimal string alignment distance (insertions, deletions, substitutions, swaps of neighbours), at most a third of the
 * word's length (at least 1), and something in common: `contrastve` -> `contrastive`, but `foo` and `x` -> null.
 */
export function nearest(name: string, candidates: readonly string[]): string | null {
  if (name.length > LONGEST || candidates.length > MOST) return null;
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > limit) continue; // no distance is smaller than that
    const distance = alignment(name.toLowerCase(), candidate.toLowerCase());
    const apart = distance === Math.max(name.length, candidate.length); // not a letter in common
    if (distance < bestDistance && !apart) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `; did you mean X?`, or nothing. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  return near === null ? '' : `; did you mean ${near}?`;
}

function alignment(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, rows[i - 2]![j - 2]! + 1);
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
