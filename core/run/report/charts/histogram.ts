import { along } from './axis.js';
import type { Figure, Told } from './figure.js';
import { base, frame, plot } from './frame.js';
import { type Axes, colourOf } from './line.js';

interface Bars {
  /** One more than a series has shares. */
  readonly edges: readonly number[];
  readonly series: readonly { readonly name: string; readonly shares: readonly number[] }[];
  /** An upright line with a word. */
  readonly mark: { readonly at: number; readonly text: string } | null;
}

/** Bars of several kinds over one another. */
export function histogramChart({ x, y, ...told }: Told & Axes, { edges, series, mark }: Bars): Figure {
  const values = series.flatMap(({ shares }, i) =>
    shares.flatMap((share, bin) => (share === 0 ? [] : [{ from: edges[bin], to: edges[bin + 1], share, series: i }])),
  );
  const isSeen = mark && mark.at >= x.range[0] && mark.at <= x.range[1];
  const bars = {
    data: { values },
    mark: { type: 'rect', opacity: 0.55 },
    encoding: {
      x: { field: 'from', ...along(x) },
      x2: { field: 'to' },
      y: { field: 'share', ...along(y) },
      y2: { datum: 0 },
      color: colourOf(series.length),
    },
  };
  const spec = { ...base, layer: [bars, ...(isSeen ? upright(mark, x.range) : [])] };
  return { ...told, names: series.map(({ name }) => name), spec };
}

/** The word stands on the side that has more room. */
function upright(
  mark: { readonly at: number; readonly text: string },
  [low, high]: readonly [number, number],
): object[] {
  const isRight = (mark.at - low) / (high - low || 1) > (frame.width / 2 - frame.left) / plot.width;
  const data = { values: [mark] };
  const x = { field: 'at', type: 'quantitative' };
  const word = { type: 'text', align: isRight ? 'right' : 'left', dx: isRight ? -5 : 5, y: 10, baseline: 'alphabetic' };
  return [
    { data, mark: { type: 'rule', ...ink }, encoding: { x } },
    {
      data,
      mark: { ...word, fontWeight: 600, color: 'var(--ink)' },
      encoding: { x, text: { field: 'text', type: 'nominal' } },
    },
  ];
}

/** Of an upright line that is told of. */
export const ink = { color: 'var(--ink)', strokeWidth: 1.5, strokeDash: [4, 3] } as const;
