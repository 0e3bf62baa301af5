import { describe, expect, it } from 'vitest';
import { weightedGroups } from '../../../plugins/samplers/weighted-groups.js';
import { chiSquareLimit, counts, countsOf, range } from './drawing.js';
import { createLabelled, grouped, itemsOf, labelledSamplerProperties, ofSizes, tally } from './labelled.js';

const sizes = [100, 49, 36, 25, 16, 9, 4, 4];
const pool = grouped(ofSizes(...sizes));

describe('weighted-groups', () => {
  labelledSamplerProperties(weightedGroups, { pool, batchSize: 12 });

  const powers = { frequency: 1, 'square-root': 0.5, equal: 0, 'inverse-square-root': -0.5, 'inverse-frequency': -1 };
  it.each(Object.entries(powers))('draws groups by %s', (weight, power) => {
    const weights = sizes.map((size) => size ** power);
    const sum = weights.reduce((a, b) => a + b, 0);
    const drawn = new Array<number>(sizes.length).fill(0);
    let hands = 0;
    for (const epoch of range(60)) {
      for (const items of itemsOf(weightedGroups, { pool, options: { weight }, batchSize: 12 }, epoch)) {
        const perBatch = tally(
          items.map((row) => pool.groups[row]!),
          sizes.length,
        ).map((rows) => rows / 4);
        perBatch.forEach((times, group) => {
          const mean = (3 * weights[group]!) / sum; // three draws a batch, each rounded down or up
          expect(times === Math.floor(mean) || times === Math.floor(mean) + 1).toBe(true);
          drawn[group] = drawn[group]! + times;
        });
        hands += 3;
      }
    }
    const statistic = drawn.reduce((total, count, group) => {
      const expected = (hands * weights[group]!) / sum;
      return total + (count - expected) ** 2 / expected;
    }, 0);
    expect(statistic).toBeLessThan(chiSquareLimit(sizes.length - 1));
  });

  it('draws the items of a group without repetition and without bias', () => {
    const times = new Array<number>(pool.size).fill(0);
    for (const epoch of range(200)) {
      for (const items of itemsOf(weightedGroups, { pool, options: { weight: 'equal' }, batchSize: 8 }, epoch)) {
        expect(new Set(items).size).toBe(8);
        for (const row of items) times[row] = times[row]! + 1;
      }
    }
    sizes.forEach((size, group) => {
      const own = times.filter((_, row) => pool.groups[row] === group);
      const expected = own.reduce((a, b) => a + b, 0) / size;
      const statistic = own.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(statistic).toBeLessThan(chiSquareLimit(size - 1));
    });
  });

  it('plans as class-balanced does, and foresees the share of positives', () => {
    const planned = createLabelled(weightedGroups, { weight: 'equal' }).plan(countsOf(pool, 12));
    expect(planned).toEqual({ batches: 20, rows: 240, positives: expect.closeTo(3 / 11, 12) }); // 243 / 12
    const few = counts({ items: 8, groupSizes: Int32Array.of(4, 4), batchSize: 10 });
    expect(createLabelled(weightedGroups).plan(few)).toEqual({
      problem: 'train.batchSize is 10, no multiple of perGroup 4: it must be 8 or 12',
    });
  });
});
