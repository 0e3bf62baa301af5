import type { PairBlock } from '../../contract/index.js';
import { quantile } from '../../evaluate/quantiles.js';

/** Shares of the pairs of each kind by score. */
export interface Histogram {
  /** One more than there are bins. */
  readonly edges: readonly number[];
  readonly same: readonly number[];
  readonly different: readonly number[];
}

const BINS = 40;

/** Equal bins over all but the outermost thousandth at each end, which goes to the outermost bins. */
export function histogramOf(blocks: readonly PairBlock[]): Histogram | null {
  const scores = Float32Array.from(blocks.flatMap(({ score }) => Array.from(score)).filter(Number.isFinite)).sort();
  if (scores.length === 0) return null;
  const [low, high] = [quantile(scores, 0.001), quantile(scores, 0.999)];
  const width = (high - low) / BINS || 1;
  const counts = { same: new Float64Array(BINS), different: new Float64Array(BINS) };
  const totals = { same: 0, different: 0 };
  for (const { score, target, weight } of blocks) {
    for (let i = 0; i < score.length; i++) {
      if (!Number.isFinite(score[i]!)) continue;
      const kind = target[i]! >= 0.5 ? 'same' : 'different';
      const bin = Math.max(0, Math.min(BINS - 1, Math.floor((score[i]! - low) / width)));
      counts[kind][bin]! += weight[i]!;
      totals[kind] += weight[i]!;
    }
  }
  const shares = (kind: 'same' | 'different'): number[] =>
    Array.from(counts[kind], (count) => (totals[kind] === 0 ? 0 : Number((count / totals[kind]).toPrecision(5))));
  return {
    edges: Array.from({ length: BINS + 1 }, (_, i) => Number((low + i * width).toPrecision(6))),
    same: shares('same'),
    different: shares('different'),
  };
}
