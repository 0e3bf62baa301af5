import type { Draw } from '../../contract/index.js';
import type { Vectors } from '../../evaluate/embed.js';

/** Items in a plane that keeps who is near to whom. */
export type NeighbourMap = readonly { readonly x: number; readonly y: number; readonly row: number }[];

/** With fewer there are no neighbourhoods. */
const FEWEST = 20;
/** 100 take about a quarter of a second, 500 one: a run on little data is not to wait for its map. */
const shownOf = (size: number): number => Math.min(size, 500, Math.max(100, Math.floor(size / 2)));
const [NEIGHBOURS, EPOCHS] = [10, 150];

/**
 * A plane in which each item stays with its nearest by euclidean distance, of items evenly over all: UMAP, with what the
 * library takes by default (least distance 0.1, spread 1) but for 10 neighbours, itself among them, and 150 epochs; the
 * neighbours are exact. The same draw gives the same plane. null where items are few, or a number is not finite.
 * Source: McInnes, Healy, Melville 2018; the library umap-js.
 */
export async function mapNeighbours({ values, dimensions, size }: Vectors, draw: Draw): Promise<NeighbourMap | null> {
  if (size < FEWEST || !values.every(Number.isFinite)) return null;
  const count = shownOf(size);
  const rows = Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
  const points = rows.map((row) => Array.from(values.subarray(row * dimensions, (row + 1) * dimensions)));
  const { UMAP } = await import('umap-js');
  const umap = new UMAP({ nNeighbors: NEIGHBOURS, nEpochs: EPOCHS, random: () => draw.uniform() });
  const nearest = points.map((point) => nearestOf(point, points));
  umap.setPrecomputedKNN(
    nearest.map((own) => own.map(({ place }) => place)),
    nearest.map((own) => own.map(({ distance }) => distance)),
  );
  const plane = umap.fit(points);
  const placed = plane.map(([x, y], i) => ({ x: short(x!), y: short(y!), row: rows[i]! }));
  return placed.every(({ x, y }) => Number.isFinite(x + y)) ? placed : null;
}

const short = (value: number): number => Number(value.toPrecision(4));

/** The nearest first, ties by place; itself is the first one, but for its copies. */
function nearestOf(
  point: readonly number[],
  points: readonly (readonly number[])[],
): readonly { readonly place: number; readonly distance: number }[] {
  const all = points.map((other, place) => {
    let square = 0;
    for (let k = 0; k < point.length; k++) square += (point[k]! - other[k]!) ** 2;
    return { place, distance: Math.sqrt(square) };
  });
  return all.sort((a, b) => a.distance - b.distance || a.place - b.place).slice(0, NEIGHBOURS);
}
