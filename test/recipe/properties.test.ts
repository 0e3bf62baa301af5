// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { render } from '../../core/problem/render.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { plugins } from './fixtures/plugins.js';

const folder = mkdtempSync(join(tmpdir(), 'properties-'));
const file = join(folder, 'r.yaml');
const good = `version: 1
name: tiny
seed: 3
vars: { epochs: 2 }
data:
  source: { type: synthetic, groups: 10, perGroup: 20, shape: [16], noise: 0.3 }
  relations: { group: items }
  split: { type: random, validation: 0.1 }
encoder: { type: mlp, hidden: [32, 16], dimensions: 8, normalize: true }
distance: { type: minkowski, p: 3 }
head: none
loss: [{ type: contrastive, margin: 1, weight: 2 }, contrastive]
sampler: { type: balanced-pairs, positives: 0.5 }
optimizer: { type: adam, learningRate: 0.01, scales: { encoder: 1 } }
train:
  epochs: \${vars.epochs}
  schedule: { type: warmup, steps: 3, then: { type: cosine } }
  earlyStopping: { patience: 2 }
evaluate: { pairs: { type: balanced, count: 10 }, metrics: [verification, { type: retrieval, at: [1, 5] }], baselines: off }
trackers: []
`;
const words = good.match(/[A-Za-z-]+|\d+(\.\d+)?|[^\sA-Za-z\d]/g)!;
const pieces = [
  ...new Set(words),
  '-1',
  '0',
  '1e999',
  '.nan',
  'null',
  'true',
  '""',
  '"x"',
  '[]',
  '{}',
  '[[1]]',
  '{ type: x }',
  '${vars.x}',
  '${env.HOME:x}',
  '&a',
  '*a',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  'é',
];

/** The good recipe with some of its words replaced by others. */
const mutated = fc
  .array(fc.tuple(fc.nat(words.length - 1), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 4 })
  .map((edits) => {
    let at = -1;
    const changes = new Map(edits);
    return good.replace(/[A-Za-z-]+|\d+(\.\d+)?|[^\sA-Za-z\d]/g, (word) => {
      at++;
      return changes.get(at) ?? word;
    });
  });

test('the recipe that is mutated is a good one', async () => {
  writeFileSync(file, good);
  expect((await planRecipe(file, { registry: plugins })).problems).toEqual([]);
});

test('a recipe gone wrong anywhere is told of at places inside it, and never throws', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(mutated, async (text) => {
      writeFileSync(file, text);
      const { planned, problems, texts } = await planRecipe(file, { registry: plugins });
      const errors = problems.filter(({ severity }) => severity === 'error');
      expect(planned === null).toBe(errors.length > 0);
      refused += Number(planned === null);
      const lines = text.split('\n');
      for (const { place, message } of problems) {
        expect(message).not.toMatch(/undefined|\[object|\n/);
        if (!place) continue;
        expect(place.file).toBe(file);
        expect(lines[place.line - 1]!.length + 1).toBeGreaterThanOrEqual(place.column);
      }
      const shown = problems.map(({ message, place }) => `${message} ${JSON.stringify(place)}`);
      expect(new Set(shown).size).toBe(shown.length);
      expect(render(problems, { texts })).toMatch(problems.length > 0 ? /(problem|warning)s?\n$/ : /^$/);
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(200);
});
