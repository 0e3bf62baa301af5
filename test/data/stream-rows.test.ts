import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinStreamRows, type StreamRows, StreamSample, selectStreamRows } from '../../core/data/stream-rows.js';
import { hashUnit } from '../../core/random/index.js';

/** Rows that all follow from their number. */
const rowsOf = (numbers: readonly number[], pairs = false): StreamRows => ({
  count: numbers.length,
  keys: numbers.map((row) => `key ${row}`),
  columns: { x: Float32Array.from(numbers.flatMap((row) => [row, -row])), name: numbers.map((row) => `name ${row}`) },
  groups: numbers.map((row) => (row % 5 === 0 ? null : `group ${row % 3}`)),
  right: pairs ? { x: Float32Array.from(numbers.flatMap((row) => [row + 1, row + 2])) } : null,
  target: pairs ? Float32Array.from(numbers, (row) => row % 2) : null,
});
const upTo = (size: number): number[] => Array.from({ length: size }, (_, row) => row);

describe('stream rows', () => {
  it('are selected and joined whole', () => {
    const blocks = fc.array(fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(blocks, fc.boolean(), (numbers, pairs) => {
        const all = numbers.flat();
        expect(joinStreamRows(numbers.map((some) => rowsOf(some, pairs)))).toEqual(rowsOf(all, pairs));
        const chosen = all.flatMap((_, place) => (place % 2 === 0 ? [place] : []));
        expect(selectStreamRows(rowsOf(all, pairs), chosen)).toEqual(rowsOf(chosen.map((place) => all[place]!), pairs)); // biome-ignore format: one case
      }),
    );
  });
});

describe('StreamSample', () => {
  const lowest = (size: number, limit: number): number[] =>
    upTo(size)
      .sort((a, b) => hashUnit(`key ${a}`) - hashUnit(`key ${b}`))
      .slice(0, limit);

  it('keeps the rows whose keys hash lowest, in whatever order and chunks they come', () => {
    const arrivals = fc.integer({ min: 1, max: 120 }).chain((size) =>
      fc.record({
        order: fc.shuffledSubarray(upTo(size), { minLength: size }),
        chunks: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 120, maxLength: 120 }),
        limit: fc.integer({ min: 1, max: 40 }),
        pairs: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(arrivals, ({ order, chunks, limit, pairs }) => {
        const sample = new StreamSample(limit);
        for (let start = 0, i = 0; start < order.length; start += chunks[i++]!) {
          sample.add(rowsOf(order.slice(start, start + chunks[i]!), pairs), hashUnit);
        }
        expect(sample.rows()).toEqual(rowsOf(lowest(order.length, limit), pairs));
      }),
    );
  });

  it('is the same when it is asked in between, and goes on', () => {
    const sample = new StreamSample(4);
    for (const start of [0, 10, 20]) {
      sample.add(rowsOf(upTo(10).map((row) => start + row)), hashUnit);
      expect(sample.rows()).toEqual(rowsOf(lowest(start + 10, 4)));
    }
  });

  it('is nothing of nothing', () => {
    const sample = new StreamSample(3);
    expect(sample.rows()).toBeNull();
    sample.add(rowsOf([]), hashUnit);
    expect(sample.rows()).toBeNull();
  });

  it('holds fewer than twice the limit between two calls, and never copies rows that are out', () => {
    const limit = 50;
    const sample = new StreamSample(limit);
    let copied = 0;
    for (let start = 0; start < 20_000; start += 100) {
      const before = sample.held;
      sample.add(rowsOf(upTo(100).map((row) => start + row)), hashUnit);
      expect(sample.held).toBeLessThan(2 * limit);
      copied += Math.max(0, sample.held - before);
    }
    expect(sample.rows()!.count).toBe(limit);
    expect(copied).toBeLessThan(1500); // about limit * (1 + 2 ln(20,000 / 50)) enter at all
    sample.add(rowsOf(upTo(1000).map((row) => 30_000 + row)), hashUnit);
    expect(sample.held).toBeLessThan(2 * limit);
  });
});
