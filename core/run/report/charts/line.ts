import { type Axis, along } from './axis.js';
import { COLOURS, type Figure, type Told } from './figure.js';
import { base, plot } from './frame.js';
import { simplify } from './simplify.js';

export type Points = readonly (readonly [x: number, y: number])[];
export interface Series {
  readonly name: string;
  readonly points: Points;
}
export interface Axes {
  readonly x: Axis;
  readonly y: Axis;
}

/**
 * A line for each series, in the order of its points, without those that nobody would miss; a series of one point is a
 * dot. Numbers that are not finite are left out.
 */
export function lineChart({ x, y, ...told }: Told & Axes, series: readonly Series[]): Figure {
  const place = ([a, b]: Points[number]) => [plot.width * within(x, a), plot.height * within(y, b)] as const;
  const drawn = series.map(({ points }) => {
    const finite = points.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
    return simplify(finite, place, UNSEEN);
  });
  const rows = (of: (points: Points) => boolean): object[] =>
    drawn.flatMap((points, i) => (of(points) ? points.map(([a, b]) => ({ x: a, y: b, series: i })) : []));
  const [lines, dots] = [rows(({ length }) => length > 1), rows(({ length }) => length === 1)];
  const spec = {
    ...base,
    encoding: {
      x: { field: 'x', ...along(x) },
      y: { field: 'y', ...along(y) },
      color: colourOf(series.length),
    },
    layer: [
      { data: { values: lines }, mark: { type: 'line', order: false, strokeWidth: 2, strokeJoin: 'round' } },
      ...(dots.length > 0 ? [{ data: { values: dots }, mark: { type: 'circle', size: 28, opacity: 1 } }] : []),
    ],
  };
  return { ...told, names: series.map(({ name }) => name), spec };
}

const within = ({ range: [low, high] }: Axis, value: number): number => (value - low) / (high - low || 1);
/** In units of the picture. */
const UNSEEN = 0.4;

/** By the number of the series: its name stands outside, and is nothing that vega reads. */
export const colourOf = (count: number): object => ({
  field: 'series',
  type: 'nominal',
  legend: null,
  scale: {
    domain: Array.from({ length: count }, (_, i) => i),
    range: Array.from({ length: count }, (_, i) => `var(--s${i % COLOURS})`),
  },
});
