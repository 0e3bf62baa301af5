import { type Detector, figureOf } from './signal.js';

/** Embeddings nearer to one another than this share of what they should are one point for all practical purposes. */
const SHARE = 0.01;

/**
 * All items are mapped to (nearly) one point: the spread of the validation embeddings, the root of their mean squared
 * distance from their mean, is less than a hundredth of their length (the root of their mean squared norm), or of what it
 * was at its largest (they shrink to the origin).
 */
export const collapse: Detector<number> = {
  initial: 0,
  observe(before, event) {
    const spread = figureOf(event, 'embeddings', 'spread');
    const norm = figureOf(event, 'embeddings', 'norm');
    if (spread === null || norm === null) return undefined;
    const largest = Math.max(before, spread);
    if (spread > 0 && spread >= SHARE * norm && spread >= SHARE * largest) return { state: largest, signal: null };
    const found = `the embeddings have collapsed to one point: their spread is ${spread.toPrecision(2)}, their length ${norm.toPrecision(2)}`;
    const message = `${found}; a lower optimizer.learningRate, or less hard tuples, usually help`;
    const values = { spread, norm, largest };
    return { state: largest, signal: { name: 'collapse', message, key: 'optimizer.learningRate', values } };
  },
};
