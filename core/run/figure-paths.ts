import type { Figures, PartResult } from './result.js';

/** Every figure by its path, `verification.tarAtFar0.1`; members of a family as it declares them. */
export function flatten(part: PartResult): ReadonlyMap<string, number | null> {
  const values = new Map<string, number | null>();
  for (const [evaluator, figures] of Object.entries(part)) {
    for (const [name, value] of Object.entries(figures)) {
      if (value === null || typeof value === 'number') values.set(`${evaluator}.${name}`, value);
      else for (const [key, member] of members(value)) values.set(`${evaluator}.${name}${key}`, member);
    }
  }
  return values;
}

/**
 * An object puts keys such as 0 and 1 before all others. Where some are no whole numbers they are bounds, and the widest
 * comes first; whole numbers are cuts, which ascend.
 */
function members(family: Exclude<Figures[string], number | null>): readonly (readonly [string, number | null])[] {
  const listed = Object.entries(family);
  const keys = listed.map(([key]) => Number(key));
  const areBounds = keys.every(Number.isFinite) && !keys.every(Number.isInteger);
  return areBounds ? listed.sort(([a], [b]) => Number(b) - Number(a)) : listed;
}
