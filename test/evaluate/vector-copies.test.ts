import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copiesOf } from '../../core/evaluate/vector-copies.js';

describe('copiesOf', () => {
  it('finds each vector that stands at an earlier place, as two loops do', () => {
    const value = fc.constantFrom(0, -0, 1, -1, 0.5, 1e-45, Infinity);
    const row = fc.array(value, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.infiniteStream(fc.nat()), (points, picks) => {
        const rows = Int32Array.from({ length: 20 }, () => picks.next().value! % points.length);
        const vectors = { values: Float32Array.from(points.flat()), size: points.length, dimensions: 3 };
        const equal = (a: number, b: number): boolean => points[a]!.every((one, k) => one === points[b]![k]);
        const expected = [...rows].flatMap((row, place) => {
          const first = rows.findIndex((other) => equal(other, row));
          return first < place ? [{ place, first }] : [];
        });
        expect(copiesOf(vectors, rows)).toEqual(expected);
      }),
    );
  });

  it('reads vectors in the middle of a buffer', () => {
    const values = Float32Array.of(9, 9, 1, 2, 1, 2).subarray(2);
    expect(copiesOf({ values, size: 2, dimensions: 2 }, Int32Array.of(0, 1))).toEqual([{ place: 1, first: 0 }]);
  });
});
