import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranking } from '../../core/evaluate/ranking.js';

/** NaN last, ties by row: a comparing sort, which JavaScript promises to be stable. */
function sorted(values: Float32Array): number[] {
  const rows = Array.from(values, (_, row) => row);
  return rows.sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return x < y ? -1 : x > y ? 1 : 0;
  });
}
const order = (values: Float32Array): number[] => [...new Ranking(values.length).order(values)];
const bits = (words: readonly number[]): Float32Array => new Float32Array(Uint32Array.from(words).buffer);

describe('Ranking', () => {
  it('is a stable sort of any float32, by every bit pattern', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 200 }), (words) => {
        expect(order(bits(words))).toEqual(sorted(bits(words)));
      }),
      { numRuns: 300 },
    );
  });

  it('is a stable sort where there are many ties', () => {
    const values = fc.constantFrom(-1, -0, 0, 1, Infinity, -Infinity, Number.NaN, 1e-45, -1e-45, 3.5);
    fc.assert(
      fc.property(fc.array(values, { maxLength: 60 }), (drawn) => {
        expect(order(Float32Array.from(drawn))).toEqual(sorted(Float32Array.from(drawn)));
      }),
      { numRuns: 300 },
    );
  });

  it('takes -0 for 0, and NaN of either sign for the last', () => {
    expect(order(Float32Array.of(0, -0, -1, -0))).toEqual([2, 0, 1, 3]);
    expect(order(bits([0xffc00000, 0x7f800000, 0x7fc00000, 0xff800000, 0xffffffff]))).toEqual([3, 1, 0, 2, 4]);
  });

  it('sorts more rows than a digit has values, one ranking many times', () => {
    const ranking = new Ranking(5000);
    for (const factor of [1, -7, 1e-30]) {
      const values = Float32Array.from({ length: 5000 }, (_, i) => factor * ((i * 7919) % 5000) - factor);
      expect([...ranking.order(values)]).toEqual(sorted(values));
    }
    expect([...ranking.order(new Float32Array(5000).fill(2))]).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  });

  it('reads a view in the middle of a buffer', () => {
    const values = Float32Array.of(9, 3, 1, 2, -5).subarray(1, 4);
    expect(order(values)).toEqual([1, 2, 0]);
  });

  it('has no place for more or fewer values', () => {
    const ranking = new Ranking(3);
    expect(() => ranking.order(new Float32Array(2))).toThrow('a ranking of 3 places was given 2 values');
    expect(order(new Float32Array())).toEqual([]);
  });
});
