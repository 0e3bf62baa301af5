import type { Place } from '../problem/index.js';
import type { Planned } from '../recipe/types.js';

/** Where a path of the plan was written: itself, else the nearest path above it that stands in a file; null for a default. */
export function placeOf(planned: Planned, path: string): Place | null {
  for (let here = path; here !== ''; here = here.slice(0, Math.max(0, here.lastIndexOf('.')))) {
    const origin = planned.origins.get(here);
    if (origin && 'place' in origin) return origin.place;
    for (const [other, below] of planned.origins) {
      if (other.startsWith(`${here}.`) && 'place' in below) return below.place;
    }
  }
  return null;
}
