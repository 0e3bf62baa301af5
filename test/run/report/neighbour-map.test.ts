import { describe, expect, it } from 'vitest';
import { openStream } from '../../../core/random/index.js';
import { mapNeighbours, type NeighbourMap } from '../../../core/run/report/neighbour-map.js';

const draw = (seed = 1) => openStream(seed, 'map').draw();
/** Clusters of ten dimensions, far apart; item i is of cluster i % 3. */
const clusters = (size: number) => {
  const noise = openStream(7, 'clusters').draw();
  const values = Float32Array.from({ length: size * 10 }, (_, i) => {
    const cluster = Math.floor(i / 10) % 3;
    return ((i % 10) % 3 === cluster ? 12 : 0) + noise.normal();
  });
  return { values, size, dimensions: 10 };
};
const nearestTo = (one: NeighbourMap[number], all: NeighbourMap): NeighbourMap[number] =>
  all
    .filter((other) => other !== one)
    .reduce((a, b) => (Math.hypot(a.x - one.x, a.y - one.y) <= Math.hypot(b.x - one.x, b.y - one.y) ? a : b));

describe('the map of neighbourhoods', () => {
  it.each([
    [24, 24],
    [150, 100],
    [700, 350],
  ])('keeps clusters apart: of %i items %i', async (size, shown) => {
    const map = (await mapNeighbours(clusters(size), draw()))!;
    expect(map).toHaveLength(shown);
    for (const one of map) expect(nearestTo(one, map).row % 3).toBe(one.row % 3);
    const rows = map.map(({ row }) => row);
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.at(-1)).toBeGreaterThan(0.98 * (size - 2)); // of all, not of the first
  });

  it('is the same for the same draw alone', async () => {
    const first = await mapNeighbours(clusters(60), draw());
    expect(await mapNeighbours(clusters(60), draw())).toEqual(first);
    expect(await mapNeighbours(clusters(60), draw(2))).not.toEqual(first);
  });

  it('is left out where items are few, or have no place', async () => {
    expect(await mapNeighbours(clusters(19), draw())).toBeNull();
    const lost = clusters(60);
    lost.values[77] = Number.NaN;
    expect(await mapNeighbours(lost, draw())).toBeNull();
  });

  it('has a place for each of many copies', async () => {
    const same = { values: new Float32Array(40 * 3).fill(0.5), size: 40, dimensions: 3 };
    const map = await mapNeighbours(same, draw());
    expect(map?.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });
});
