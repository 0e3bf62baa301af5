import { describe, expect, it } from 'vitest';
import type { EmbeddingBlock } from '../../../core/contract/index.js';
import { openStream } from '../../../core/random/index.js';
import { drawEpisode, groupPools } from '../../../plugins/evaluators/episodes.js';
import { fewShot } from '../../../plugins/evaluators/few-shot.js';
import { begin } from './evaluating.js';

/** Points on a line, by their absolute difference. */
function blockOf(points: readonly number[], groups: readonly number[], column: readonly number[] = []): EmbeddingBlock {
  return {
    embeddings: Float32Array.from(points),
    dimensions: 1,
    groups: Int32Array.from(groups),
    column: () => Int32Array.from(column),
    distance: async (a, b) => Float32Array.from(Array.from(a).flatMap((x) => Array.from(b, (y) => Math.abs(x - y)))),
  };
}

async function accuracy(block: EmbeddingBlock, options: Record<string, unknown>) {
  const accumulator = begin(fewShot, { options: { queries: 5, shots: 1, within: null, ...options } });
  await accumulator.add(block as never);
  return { ...accumulator.result(), accumulator };
}

describe('few-shot', () => {
  it('tells all of groups that stand apart, and as chance would of groups that do not', async () => {
    const groups = Array.from({ length: 40 }, (_, i) => Math.floor(i / 5));
    const apart = await accuracy(blockOf(groups.map((group, i) => 10 * group + (i % 5)), groups), { ways: 4, episodes: 50 }); // biome-ignore format: one call
    expect(apart.values['accuracy']).toBe(1);
    const draw = openStream(3, 'points').draw();
    const mixed = await accuracy(blockOf(groups.map(() => draw.uniform()), groups), { ways: 4, episodes: 400 }); // biome-ignore format: one call
    expect(Math.abs(mixed.values['accuracy']! - 0.25)).toBeLessThan(0.06);
  });

  it('takes the mean of the shots', async () => {
    // group 0 at 0 and 10 (mean 5) and one more; group 1 always at 4.5: a query at 5 is nearer to the mean 5
    const block = blockOf([0, 10, 5, 4.4, 4.4, 4.4], [0, 0, 0, 1, 1, 1]);
    const { accumulator } = await accuracy(block, { ways: 2, shots: 2, episodes: 60 });
    // rows 3 to 5 are told rightly only where group 0's prototype is not nearer: by hand, 4.4 is 0 from its own
    expect(accumulator.resampled!(Float64Array.of(0, 0, 0, 1, 1, 1))).toEqual({ accuracy: 1 });
    // row 2 (at 5) asks when 0 and 10 are the shots: prototype 5 at distance 0
    expect(accumulator.resampled!(Float64Array.of(0, 0, 1, 0, 0, 0))).toEqual({ accuracy: 1 });
    // row 1 (at 10) asks when 0 and 5 are the shots: 7.5 from 2.5, 5.6 from 4.4
    expect(accumulator.resampled!(Float64Array.of(0, 1, 0, 0, 0, 0))).toEqual({ accuracy: 0 });
  });

  it('agrees with loops over the same episodes, in three dimensions', async () => {
    const draw = openStream(5, 'points').draw();
    const groups = Array.from({ length: 60 }, (_, i) => i % 9);
    const points = groups.map((group) => [0, 1, 2].map((k) => draw.normal() + Number(group % 3 === k)));
    const at = (row: number): number[] => points[row]!.map(Math.fround);
    const squared = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, one, k) => sum + (one - b[k]!) ** 2, 0);
    const cut = (all: Float32Array, rows: number): number[][] =>
      Array.from({ length: rows }, (_, i) => [...all.subarray(3 * i, 3 * i + 3)]);
    const block: EmbeddingBlock = {
      embeddings: Float32Array.from(points.flat()),
      dimensions: 3,
      groups: Int32Array.from(groups),
      column: () => new Int32Array(),
      distance: async (a, b, rowsA, rowsB) =>
        Float32Array.from(cut(a, rowsA).flatMap((x) => cut(b, rowsB).map((y) => squared(x, y)))),
    };
    const sizes = { ways: 4, shots: 3, queries: 2 };
    const { values } = await accuracy(block, { ...sizes, episodes: 40 });
    const again = openStream(0, 'test').draw(); // as `begin` opens it
    let [asked, right] = [0, 0];
    for (let i = 0; i < 40; i++) {
      const { shots, queries } = drawEpisode(groupPools(block.groups, null, sizes), sizes, again);
      const prototypes = shots.map((rows) => [0, 1, 2].map((k) => rows.reduce((sum, row) => sum + at(row)[k]!, 0) / 3));
      queries.forEach((rows, way) => {
        for (const row of rows) {
          const told = prototypes.map((one) => squared(at(row), one));
          asked++;
          right += Number(told.every((one, other) => other === way || one > told[way]!));
        }
      });
    }
    expect(asked).toBe(40 * 4 * 2);
    expect(values['accuracy']).toBe(right / asked);
    expect(right / asked).toBeGreaterThan(0.25);
    expect(right / asked).toBeLessThan(0.9);
  });

  it('draws every group and item of an episode once, all of one value of the column', () => {
    const groups = Int32Array.from({ length: 48 }, (_, i) => Math.floor(i / 4));
    const column = groups.map((group) => group % 2);
    const sizes = { ways: 5, shots: 1, queries: 2 };
    const pools = groupPools(groups, column, sizes);
    expect(pools).toHaveLength(2);
    const draw = openStream(1, 'episodes').draw();
    for (let i = 0; i < 30; i++) {
      const { shots, queries } = drawEpisode(pools, sizes, draw);
      const rows = [...shots.flat(), ...queries.flat()];
      expect(new Set(rows).size).toBe(15);
      expect(new Set(rows.map((row) => column[row])).size).toBe(1);
      shots.forEach((examples, way) => {
        for (const row of queries[way]!) expect(groups[row]).toBe(groups[examples[0]!]);
      });
    }
  });

  it('says what it lacks', async () => {
    const { values, notes } = await accuracy(blockOf([1, 2, 3], [0, 0, 1]), { ways: 2, episodes: 3 });
    expect(values['accuracy']).toBeNaN();
    expect(notes).toEqual(['few-shot needs 2 groups of at least 2 items']);
  });
});
