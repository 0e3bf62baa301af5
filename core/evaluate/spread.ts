import type { Vectors } from './embed.js';

/**
 * How far embeddings lie apart, and how long they are: root mean square of the distance from their mean, and of the norm.
 * Both in the units of the embedding; NaN of none.
 */
export function spreadOf({ values, size, dimensions }: Vectors): { readonly spread: number; readonly norm: number } {
  const mean = new Float64Array(dimensions);
  for (let i = 0; i < values.length; i++) mean[i % dimensions]! += values[i]! / size;
  let [apart, square] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    apart += (values[i]! - mean[i % dimensions]!) ** 2;
    square += values[i]! ** 2;
  }
  return { spread: Math.sqrt(apart / size), norm: Math.sqrt(square / size) };
}
