import { describe, expect, it } from 'vitest';
import type { Embedded, Pool, State } from '../../../core/contract/index.js';
import { createPool } from '../../../core/data/pool.js';
import { balancedPairs } from '../../../plugins/samplers/balanced-pairs.js';
import { hardPairs } from '../../../plugins/samplers/hard-pairs.js';
import { ascending, batchesOf, chiSquare, chiSquareLimit, counts, countsOf, create, range, rowsOf, sampling } from './drawing.js'; // biome-ignore format: one case
import { pairSamplerProperties } from './properties.js';

/** Items on a line; neighbours by sorting all of them. */
function onLine(positions: readonly number[], asked: number[] = []): Embedded {
  return {
    embeddings: Float32Array.from(positions),
    dimensions: 1,
    neighbours(rows, count) {
      asked.push(count);
      const found = { rows: new Int32Array(rows.length * count).fill(-1), distances: new Float32Array(rows.length * count).fill(Infinity) }; // biome-ignore format: one case
      for (const [i, row] of rows.entries()) {
        const away = (other: number): number => Math.abs(positions[other]! - positions[row]!);
        const order = range(positions.length).filter((other) => other !== row).sort((a, b) => away(a) - away(b) || a - b); // biome-ignore format: one case
        for (const [k, other] of order.slice(0, count).entries()) {
          found.rows[i * count + k] = other;
          found.distances[i * count + k] = away(other);
        }
      }
      return found;
    },
  };
}

// three groups side by side on a line, an item without a group and an impostor of group 0 among them
const groups = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, -1, -1];
const positions = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 3.5, 2.5];
const pool: Pool = createPool({
  size: 14,
  groups: Int32Array.from(groups),
  impostorOf: Int32Array.from([...new Array<number>(13).fill(-1), 0]),
});
const mine = (options: object, embedded = onLine(positions)): Promise<State> =>
  create(hardPairs, { ...options }).mine!.mine(pool, embedded, sampling(1, 4));
/** Members of other groups, nearest first. */
const negativesOf = (row: number): number[] =>
  range(12)
    .filter((other) => groups[other] !== groups[row])
    .sort((a, b) => Math.abs(positions[a]! - positions[row]!) - Math.abs(positions[b]! - positions[row]!) || a - b);

describe('hard-pairs', () => {
  const tens = createPool({ size: 100, groups: Int32Array.from(range(100), (row) => row % 10) });
  pairSamplerProperties(hardPairs, { pool: tens, batchSize: 8 });

  it('draws as balanced-pairs does until something is mined', () => {
    const at = sampling(0, 8);
    expect(batchesOf(create(hardPairs).sample(tens, at))).toEqual(batchesOf(create(balancedPairs).sample(tens, at)));
  });

  it('mines the negatives of the ranks that are asked for, and no others', async () => {
    for (const ranks of [
      [1, 3],
      [2, 4],
      [8, 8],
      [1, 8],
      [7, 12],
    ] as const) {
      const { arrays } = await mine({ ranks });
      const width = ranks[1] - ranks[0] + 1;
      const mined = arrays!['negatives']!;
      expect(mined.length).toBe(14 * width);
      for (const row of range(14)) {
        const expected = groups[row]! < 0 ? [] : negativesOf(row).slice(ranks[0] - 1, ranks[1]);
        const filled = [...expected, ...new Array<number>(width - expected.length).fill(-1)];
        expect([...mined.subarray(row * width, (row + 1) * width)]).toEqual(filled);
      }
    }
  });

  it('asks for more neighbours only where its own group crowds around an item', async () => {
    const asked: number[] = [];
    await mine({ ranks: [1, 1] }, onLine(positions, asked));
    expect(asked).toEqual([4, 13]); // three of its own group, and an impostor, stand before the first negative of item 0
  });

  it('draws the mined negatives uniformly, in the share that is asked for', async () => {
    const mined = await mine({ ranks: [2, 4] });
    const drawn = (hard: number) =>
      range(1500).flatMap((epoch) => {
        const at = { ...sampling(epoch, 6), mined };
        return rowsOf(create(hardPairs, { ranks: [2, 4], hard, impostors: 0 }).sample(pool, at));
      });
    const all = drawn(1);
    for (const row of range(12)) {
      const own = all.filter(([left, , target]) => left === row && target === 0).map(([, right]) => right);
      const wanted = negativesOf(row).slice(1, 4);
      expect(ascending(new Set(own))).toEqual(ascending(wanted));
      const times = wanted.map((right) => own.filter((one) => one === right).length);
      expect(chiSquare(times)).toBeLessThan(chiSquareLimit(2));
    }
    for (const [left, right, target] of all) expect(target).toBe(Number(groups[left] === groups[right]));
    const negatives = drawn(0.5).filter(([, , target]) => target === 0);
    const hard = negatives.filter(([left, right]) => negativesOf(left).slice(1, 4).includes(right));
    // 3 of 8 random ones are among the hard ones too: 0.5 + 0.5 * 3 / 8
    expect(Math.abs(hard.length / negatives.length - 0.6875)).toBeLessThan(0.02);
  });

  it('draws impostors beside what is mined', async () => {
    const mined = await mine({ ranks: [1, 2] });
    const at = (epoch: number) => ({ ...sampling(epoch, 6), mined });
    const rows = range(400).flatMap((epoch) => rowsOf(create(hardPairs, { ranks: [1, 2] }).sample(pool, at(epoch))));
    const ofFirst = rows.filter(([left, , target]) => target === 0 && groups[left] === 0);
    const forged = ofFirst.filter(([, right]) => right === 13);
    expect(Math.abs(forged.length / ofFirst.length - 0.5)).toBeLessThan(0.06);
    expect(rows.filter(([left, right]) => right === 13 && groups[left] !== 0)).toEqual([]);
  });

  it('is due after the first epochs or steps, then every so many', () => {
    const due = (options: object, points: readonly (readonly [epoch: number, step: number, batch: number])[]) =>
      points.map(([epoch, step, batch]) => create(hardPairs, { ...options }).mine!.due({ epoch, step, batch }));
    const starts = range(6).map((epoch) => [epoch, epoch * 10, 0] as const);
    expect(due({}, starts)).toEqual([false, true, true, true, true, true]);
    expect(due({ after: 2, every: 3 }, starts)).toEqual([false, false, true, false, false, true]);
    expect(due({}, [[1, 11, 1], [2, 25, 5]])).toEqual([false, false]); // biome-ignore format: a table
    const steps = range(8).map((step) => [0, step, step] as const);
    expect(due({ unit: 'steps', after: 3, every: 2 }, steps)).toEqual([false, false, false, true, false, true, false, true]); // biome-ignore format: a table
  });

  it('counts before the run, and says what it cannot draw', () => {
    expect(create(hardPairs, { ranks: [3, 7] }).plan(countsOf(pool, 5))).toEqual({ batches: 3, rows: 12, positives: 0.5, bytes: 240 }); // biome-ignore format: one case
    const plan = (options: object) =>
      create(hardPairs, { ...options }).plan(counts({ items: 9, groupSizes: Int32Array.of(6, 3), batchSize: 3 }));
    expect(plan({ ranks: [4, 2] })).toEqual({ problem: 'ranks is [4, 2]: the first must be at most the last' });
    expect(plan({ ranks: [4, 9] })).toEqual({
      problem: 'ranks begins at 4, but items of the largest group have only 3 negatives',
    });
  });
});
