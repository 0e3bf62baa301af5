import { expect, test } from 'vitest';
import { changesWeights, forbidsResume, meaningOf } from '../../core/run/diff.js';

/** What a difference is about, and what follows for a checkpoint. */
test.each([
  ['data.split.test', 'data', false, true],
  ['data.fields.photo.size', 'data', true, true],
  ['encoder.hidden', 'geometry', true, true],
  ['encoder.dropout', 'geometry', false, true],
  ['loss.0.margin', 'geometry', false, true],
  ['head.from', 'geometry', true, true],
  ['sampler.positives', 'optimisation', false, true],
  ['train.epochs', 'optimisation', false, true],
  ['train.monitor', 'evaluation', false, true],
  ['evaluate.pairs.count', 'evaluation', false, true],
  ['train.checkpoint.keep', 'the rest', false, false],
  ['trackers.0.file', 'the rest', false, false],
  ['engine.name', 'optimisation', false, false],
] as const)('%s', (path, meaning, weights, forbids) => {
  expect([meaningOf(path), changesWeights(path), forbidsResume(path)]).toEqual([meaning, weights, forbids]);
});
