/** Figures of baselines with 95% intervals by a bootstrap over what was drawn: people, cities. */
import { random } from '../generators/random.mjs';

const draws = 1000;

/**
 * The figure of all units, and the 2.5th and 97.5th percentiles of the figure of as many units drawn with repetition.
 * `counts`: the numbers that each unit adds, by which `figure` is made.
 */
export function withInterval(counts, figure) {
  const { below } = random(5);
  const width = counts[0].length;
  const total = (rows) => {
    const sums = new Array(width).fill(0);
    for (const row of rows) for (let i = 0; i < width; i++) sums[i] += row[i];
    return figure(sums);
  };
  const drawn = Array.from({ length: draws }, () => total(counts.map(() => counts[below(counts.length)])));
  drawn.sort((a, b) => a - b);
  const [low, high] = [drawn[Math.floor(0.025 * draws)], drawn[Math.floor(0.975 * draws)]];
  return `${total(counts).toFixed(4)} (95%: ${low.toFixed(4)} to ${high.toFixed(4)})`;
}
