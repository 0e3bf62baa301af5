import { type Axis, along } from './axis.js';
import type { Figure, Told } from './figure.js';
import { base } from './frame.js';

export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

/** A bar for each name, in the order given. */
export function barChart(
  { label, y, ...told }: Told & { readonly label: string; readonly y: Axis },
  values: readonly NamedCount[],
): Figure {
  const axis = { title: label, labelAngle: 0, grid: false };
  const x = { field: 'name', type: 'ordinal', sort: null, scale: { paddingInner: 0.2, paddingOuter: 0.1 }, axis };
  const spec = {
    ...base,
    data: { values },
    mark: { type: 'bar', opacity: 0.55, color: 'var(--s0)' },
    encoding: { x, y: { field: 'count', ...along(y) } },
  };
  return { ...told, names: [], spec };
}
