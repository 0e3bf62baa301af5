import { type Axis, along } from './axis.js';
import type { Figure, Told } from './figure.js';
import { base } from './frame.js';
import { ink } from './histogram.js';

export interface NamedInterval {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A line for each interval with its name above, a dot at the value, and an upright line at 0. */
export function intervalChart(
  { x, ...told }: Told & { readonly x: Axis },
  intervals: readonly NamedInterval[],
): Figure {
  const y = { field: 'row', type: 'quantitative', scale: { domain: [intervals.length, 0], nice: false }, axis: null };
  const value = { field: 'value', ...along(x) };
  const spec = {
    ...base,
    layer: [
      { data: { values: [{ value: 0 }] }, mark: { type: 'rule', ...ink }, encoding: { x: value } },
      {
        data: { values: intervals.map((one, i) => ({ ...one, row: i + 0.75 })) },
        encoding: { y },
        layer: [
          {
            mark: { type: 'text', align: 'left', baseline: 'alphabetic', dy: -5, color: 'var(--soft)' },
            encoding: { x: { value: 0 }, text: { field: 'name', type: 'nominal' } },
          },
          {
            mark: { type: 'rule', strokeWidth: 2, color: 'var(--s0)' },
            encoding: { x: { ...value, field: 'low' }, x2: { field: 'high' } },
          },
          { mark: { type: 'circle', size: 28, opacity: 1, color: 'var(--s0)' }, encoding: { x: value } },
        ],
      },
    ],
  };
  return { ...told, names: [], spec };
}
