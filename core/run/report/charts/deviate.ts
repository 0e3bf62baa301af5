import { quantileNormal } from 'vega-statistics';
import type { Axis } from './axis.js';

const LEAST = 1e-3;

/** Normal deviate of a share, kept within 0.001 and 0.999. */
export const deviate = (share: number): number => quantileNormal(Math.min(1 - LEAST, Math.max(LEAST, share)));

/** Of deviates, named by their shares. */
export const deviateAxis = (label: string): Axis => ({
  label,
  range: [deviate(LEAST), deviate(1 - LEAST)],
  whole: false,
  at: [0.001, 0.01, 0.1, 0.5, 0.9, 0.99].map(deviate),
  words: "format(cumulativeNormal(datum.value), '.1~%')",
});
