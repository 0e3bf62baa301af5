import { mark } from './asking.js';

/** Ranks (from 1) of the relevant places in a whole order; what is left out takes no rank. */
export function ranksInOrder(order: ArrayLike<number>, marks: Uint8Array, relevant: number): number[] {
  const ranks: number[] = [];
  for (let i = 0, rank = 0; i < order.length && ranks.length < relevant; i++) {
    const what = marks[order[i]!]!;
    if (what === mark.leftOut) continue;
    rank++;
    if (what === mark.relevant) ranks.push(rank);
  }
  return ranks;
}

/**
 * The same without an order: each place is counted before the relevant ones that it precedes, and most are farther than
 * the last of these. Ties by place. null where a relevant distance is NaN, which has no place among numbers.
 */
export function ranksByCounting(distances: Float32Array, marks: Uint8Array, relevant: number): number[] | null {
  const places = relevantPlaces(marks, relevant);
  if (places.some((place) => Number.isNaN(distances[place]!))) return null;
  places.sort((a, b) => distances[a]! - distances[b]! || a - b);
  const counts = new Uint32Array(places.length);
  const farthest = distances[places.at(-1)!]!;
  for (let place = 0; place < distances.length; place++) {
    const distance = distances[place]!;
    if (!(distance <= farthest) || marks[place] === mark.leftOut) continue;
    let i = places.length; // the first relevant one that does not stand before the place
    while (i > 0 && !isBefore(distances, places[i - 1]!, place)) i--;
    if (i < places.length) counts[i]!++;
  }
  let before = 0;
  return Array.from(counts, (count) => {
    before += count;
    return before;
  });
}

function relevantPlaces(marks: Uint8Array, relevant: number): number[] {
  const places: number[] = [];
  for (let place = marks.indexOf(mark.relevant); place >= 0 && places.length < relevant; ) {
    places.push(place);
    place = marks.indexOf(mark.relevant, place + 1);
  }
  return places;
}

const isBefore = (distances: Float32Array, a: number, b: number): boolean =>
  distances[a]! < distances[b]! || (distances[a] === distances[b] && a < b);

/** The nearest `count` places that are not left out, in order, ties by place. null where one of them would be NaN. */
export function nearest(distances: Float32Array, marks: Uint8Array, count: number): number[] | null {
  const found: number[] = [];
  let last = Number.POSITIVE_INFINITY;
  for (let place = 0; place < distances.length && count > 0; place++) {
    const distance = distances[place]!;
    if (found.length === count && !(distance < last)) continue;
    if (marks[place] === mark.leftOut) continue;
    if (Number.isNaN(distance)) return null;
    if (found.length === count) found.pop();
    let i = found.length;
    while (i > 0 && distances[found[i - 1]!]! > distance) i--;
    found.splice(i, 0, place);
    last = distances[found.at(-1)!]!;
  }
  return found;
}
