/** The smallest distances of a row, without sorting all of it. */

/**
 * Places of the `count` smallest of `distances`, smallest first, ties by place; `without` is left out (-1: nothing is).
 * A binary heap holds the best so far, its worst on top. Fewer where there are fewer.
 */
export function nearestPlaces(distances: Float32Array, count: number, without: number): Int32Array {
  const heap = new Int32Array(Math.min(count, distances.length));
  let size = 0;
  const isWorse = (a: number, b: number): boolean =>
    distances[a]! > distances[b]! || (distances[a] === distances[b] && a > b);
  let worst = Number.NEGATIVE_INFINITY; // of a full heap
  for (let place = 0; place < distances.length; place++) {
    // Later places lose ties, so that most are passed by with one comparison.
    if (place === without || (size === heap.length && !(distances[place]! < worst))) continue;
    if (size < heap.length) rise(heap, { at: size++, place, isWorse });
    else sink(heap, { size, place, isWorse });
    worst = distances[heap[0]!]!;
  }
  const sorted = new Int32Array(size);
  for (let end = size; end > 0; ) {
    sorted[end - 1] = heap[0]!;
    end--;
    if (end > 0) sink(heap, { size: end, place: heap[end]!, isWorse });
  }
  return sorted;
}

type IsWorse = (a: number, b: number) => boolean;

/** Puts a place at the end of the heap, and moves it up. */
function rise(heap: Int32Array, one: { readonly at: number; readonly place: number; readonly isWorse: IsWorse }): void {
  const { place, isWorse } = one;
  let { at } = one;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isWorse(place, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = place;
}

/** Replaces the top of the heap, and moves the new one down. */
function sink(
  heap: Int32Array,
  one: { readonly size: number; readonly place: number; readonly isWorse: IsWorse },
): void {
  const { size, place, isWorse } = one;
  let at = 0;
  for (let child = 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && isWorse(heap[child + 1]!, heap[child]!)) child++;
    if (!isWorse(heap[child]!, place)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = place;
}
