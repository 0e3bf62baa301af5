import { describe, expect, it } from 'vitest';
import { synthetic } from '../../../plugins/sources/synthetic.js';
import { cellsOf, itemsOf, looking } from './opening.js';

const source = looking(synthetic, () => process.cwd());
const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const values = async (given: object): Promise<Float32Array> => {
  const items = itemsOf(await source.open(given as never));
  return (await cellsOf(items, ...all(items.size))) as Float32Array;
};
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

describe('synthetic', () => {
  it.each([
    [[], 'number', null],
    [[16], 'vector', [16]],
    [[50, 3], 'sequence', [50, 3]],
    [[12, 12, 1], 'image', [12, 12, 1]],
  ])('describes shape %j as %s', async (shape, kind, described) => {
    expect(await source.describe({ groups: 3, perGroup: 4, shape })).toEqual({
      sides: { items: { size: 12, columns: { items: { kind, shape: described, nullable: false } } } },
      relation: 'groups',
      access: 'random',
      relations: 3,
    });
  });

  it('orders items by group, and names them', async () => {
    const data = await source.open({ groups: 2, perGroup: 3, shape: [2] });
    expect(data.groups).toEqual(Int32Array.of(0, 0, 0, 1, 1, 1));
    expect(data.groupNames).toEqual(['0', '1']);
    expect(itemsOf(data).keys(Int32Array.of(0, 5))).toEqual(['0/0', '1/2']);
    expect([data.given, data.pairs, data.triplets]).toEqual([null, null, null]);
  });

  it('gives the same for the same seed, whatever else is added', async () => {
    const few = await values({ groups: 2, perGroup: 3, shape: [4] });
    expect(await values({ groups: 2, perGroup: 3, shape: [4] })).toEqual(few);
    const more = await values({ groups: 3, perGroup: 5, shape: [4] });
    expect(more.subarray(0, 12)).toEqual(few.subarray(0, 12));
    expect(more.subarray(20, 32)).toEqual(few.subarray(12, 24));
    expect(await values({ groups: 2, perGroup: 3, shape: [4], seed: 1 })).not.toEqual(few);
  });

  it('has normal centres, and items around them with the deviation asked for', async () => {
    const [groups, perGroup, width] = [50, 40, 10];
    const still = await values({ groups, perGroup, shape: [width], noise: 0 });
    const noisy = await values({ groups, perGroup, shape: [width], noise: 0.5 });
    for (const group of [0, 49]) {
      const at = group * perGroup * width;
      expect(still.subarray(at, at + width)).toEqual(still.subarray(at + 39 * width, at + 40 * width));
    }
    const centres = all(groups).flatMap((group) => [
      ...still.subarray(group * perGroup * width, group * perGroup * width + width),
    ]);
    const noise = Array.from(noisy, (value, i) => value - still[i]!);
    expect(Math.abs(mean(centres))).toBeLessThan(0.15); // 500 of them: deviation of the mean 0.045
    expect(mean(centres.map((value) => value ** 2))).toBeCloseTo(1, 0);
    expect(Math.abs(mean(noise))).toBeLessThan(0.01); // 20,000 of them: 0.0035
    expect(Math.sqrt(mean(noise.map((value) => value ** 2)))).toBeCloseTo(0.5, 1);
  });

  it('refuses images of two channels, and more than memory holds', async () => {
    expect(await source.wrong({ shape: [4, 4, 2] })).toBe(
      'SHAPE data.source.shape: items of shape [4, 4, 2] are no images; their last size must be 1, 3 or 4 channels',
    );
    expect(await source.wrongInside({ groups: 1e9, perGroup: 1e9 })).toMatch(
      /^MEMORY data\.source needs 59604644775\.4 GiB/,
    );
  });
});
