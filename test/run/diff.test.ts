import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changesWeights, forbidsResume, inRecipe, meaningOf } from '../../core/run/diff.js';
import { siameseIn } from '../cli/validate/command.js';

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

test('siamese diff tells differences by meaning, in the words of recipes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'siamese-diff-'));
  const recipe =
    'version: 1\nname: a\ndata: { source: synthetic }\nencoder: { type: mlp, dimensions: 16 }\nloss: { type: contrastive, margin: 1 }\n';
  writeFileSync(join(folder, 'a.yaml'), recipe);
  writeFileSync(join(folder, 'b.yaml'), `${recipe.replace('margin: 1', 'margin: 2')}seed: 3\n`);
  const { status, stdout } = siameseIn(folder, ['diff', 'a.yaml', 'b.yaml']);
  rmSync(folder, { recursive: true });
  expect(status).toBe(0);
  expect(stdout).toBe(
    'geometry\n  loss.margin\n    - 1\n    + 2\noptimisation\n  seed\n    - 0\n    + 3\nweights of one fit the other; a run of one cannot be resumed as the other\n',
  );
});

test('several losses are told apart by their place', () => {
  expect(inRecipe('loss.0.margin', { loss: Array.from({ length: 1 }) as never })).toBe('loss.margin');
  expect(inRecipe('loss.0.margin', { loss: Array.from({ length: 2 }) as never })).toBe('loss.0.margin');
});
