/** Unordered pairs of different ones among `size`. */
export const pairCount = (size: number): number => (size * (size - 1)) / 2;

/** Pair number -> (larger, smaller): 0 is (1, 0), 1 is (2, 0), 2 is (2, 1), 3 is (3, 0), ... */
export function pairOf(number: number): readonly [larger: number, smaller: number] {
  let larger = Math.floor((1 + Math.sqrt(1 + 8 * number)) / 2);
  while (pairCount(larger) > number) larger--; // the square root may be rounded, up or down
  while (pairCount(larger + 1) <= number) larger++;
  return [larger, number - pairCount(larger)];
}
