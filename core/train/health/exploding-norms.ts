import { type Detector, figureOf } from './signal.js';

const TIMES = 100;

/** The embeddings grow without bound: a hundred times as long as at the first evaluation. */
export const explodingNorms: Detector<number | null> = {
  initial: null,
  observe(first, event) {
    const norm = figureOf(event, 'embeddings', 'norm');
    if (norm === null) return undefined;
    if (first === null || first === 0) return { state: norm, signal: null };
    if (norm < TIMES * first) return { state: first, signal: null };
    const times = Math.round(norm / first);
    const message = `the embeddings explode: they are ${times} times as long as at the first evaluation; train.clipNorm: 1, or encoder.normalize, holds them`;
    return {
      state: first,
      signal: { name: 'exploding-norms', message, key: 'train.clipNorm', values: { norm, first } },
    };
  },
};
