import { along } from './axis.js';
import type { Figure, Told } from './figure.js';
import { base } from './frame.js';
import type { Axes } from './line.js';

/** Colours of groups; beyond them they are used again. */
export const GROUP_COLOURS = 12;

/** Points by colour; those without a group, below 0, are grey. */
export function scatterChart(
  { x, y, ...told }: Told & Axes,
  points: readonly { readonly x: number; readonly y: number; readonly group: number }[],
): Figure {
  const colours = Array.from({ length: GROUP_COLOURS }, (_, i) => `var(--g${i})`);
  const spec = {
    ...base,
    data: {
      values: points.map((one) => ({ x: one.x, y: one.y, colour: one.group < 0 ? -1 : one.group % GROUP_COLOURS })),
    },
    mark: { type: 'circle', size: 18, opacity: 1 },
    encoding: {
      x: { field: 'x', ...along(x) },
      y: { field: 'y', ...along(y) },
      color: {
        field: 'colour',
        type: 'nominal',
        legend: null,
        scale: { domain: [-1, ...colours.keys()], range: ['var(--soft)', ...colours] },
      },
    },
  };
  return { ...told, names: [], spec };
}
