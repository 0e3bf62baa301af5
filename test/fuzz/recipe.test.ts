// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProblemError } from '../../core/problem/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { printPlan } from '../../core/recipe/print.js';
import { plugins } from '../recipe/fixtures/plugins.js';
import { damaged, depthUpTo, fuzz, fuzzFolder } from './fuzz.js';

const folder = fuzzFolder();
const file = join(folder, 'r.yaml');

const good = `version: 1
name: tiny
vars: { epochs: 2 }
data:
  source: { type: synthetic, groups: 10, perGroup: 20, shape: [16], noise: 0.3 }
  relations: { group: items }
  split: { type: random, validation: 0.1 }
encoder: { type: mlp, hidden: [32, 16], dimensions: &size 8, normalize: true }
distance: { type: minkowski, p: 3 }
head: none
loss: [{ type: contrastive, margin: 1, weight: 2 }, contrastive]
sampler: { type: balanced-pairs, positives: 0.5 }
optimizer: { type: adam, learningRate: 0.01 }
train:
  epochs: \${vars.epochs}
  schedule: { type: warmup, steps: 3, then: { type: cosine } }
evaluate: { metrics: [verification, { type: retrieval, at: [1, *size] }], baselines: off }
`;
const part = /[A-Za-z-]+|\d+(?:\.\d+)?|[^\sA-Za-z\d]/g;
const words = good.match(part)!;
const pieces = [
  ...new Set(words),
  ...[
    '-1',
    '0',
    '3',
    '0.5',
    '1e999',
    '.nan',
    '9007199254740993',
    '1e308',
    'null',
    '""',
    '[]',
    '{}',
    '[[1]]',
    '{ type: x }',
  ],
  ...[
    '${vars.x}',
    '${vars.epochs}',
    '${env.__proto__}',
    '${env.constructor:x}',
    '${',
    '$${',
    '&a',
    '*a',
    '*size',
    '<<',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '\0',
    'é',
    '\t',
    '\r',
    '---',
    '...',
    '!!js',
    '%YAML 1.1',
    '|',
    '>',
  ],
];
const exchanged = fc
  .array(fc.tuple(fc.nat(words.length - 1), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 4 })
  .map((edits) => {
    const changes = new Map(edits);
    let at = 0;
    return Buffer.from(good.replace(part, (word) => changes.get(at++) ?? word));
  });
/** By the grammar: most of them are plans. */
const number = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.double({ min: 1e-9, max: 4, noNaN: true }));
const sound = fc
  .record({
    seed: fc.oneof(fc.nat(), fc.maxSafeNat()),
    name: fc.oneof(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/),
      fc.constantFrom('"a: b"', '"\u00e9"', '"${vars.epochs}"', '"1"'),
    ),
    hidden: fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 4 }),
    distance: fc.constantFrom('euclidean', 'manhattan', '{ type: minkowski, p: 2.5 }', 'cosine', 'squared-euclidean'),
    loss: fc.array(
      fc.constantFrom('contrastive', '{ type: contrastive, margin: 1.5 }', '{ type: contrastive, weight: 0.1 }'),
      { minLength: 1, maxLength: 3 },
    ),
    learningRate: number,
    validation: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    optimizer: fc.constantFrom('adam', 'sgd', 'adamw', 'rmsprop'),
    at: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
  })
  .map((one) =>
    Buffer.from(
      good
        .replace('name: tiny', `name: ${one.name}\nseed: ${one.seed}`)
        .replace('[32, 16]', `[${one.hidden.join(', ')}]`)
        .replace('{ type: minkowski, p: 3 }', one.distance)
        .replace(/loss: .*/, `loss: [${one.loss.join(', ')}]`)
        .replace('type: adam, learningRate: 0.01', `type: ${one.optimizer}, learningRate: ${one.learningRate}`)
        .replace('validation: 0.1', `validation: ${one.validation}`)
        .replace('[1, *size]', `[${one.at.join(', ')}]`),
    ),
  );
/** Bombs: each repeats something as often as it is told. */
const bomb = fc
  .tuple(
    fc.constantFrom(
      (n: number) => '['.repeat(n),
      (n: number) => `${good}x: ${'{a: '.repeat(n)}${'}'.repeat(n)}`,
      (n: number) => Array.from({ length: n }, (_, i) => `k${i % 999}: &a${i} [*a${i - 1}]`).join('\n'),
      (n: number) =>
        good
          .replace(
            'vars: {',
            `vars: { ${Array.from({ length: n }, (_, i) => `v${i + 1}: "\${vars.v${i}}\${vars.v${i}}"`).join(', ')}, v0: xx,`,
          )
          .replace('name: tiny', `name: \${vars.v${n}}`),
      (n: number) => good.replace('loss: [', `loss: [${'{ type: x }, '.repeat(n)}`),
      (n: number) => good.replace('mlp', 'm'.repeat(n)),
      (n: number) => `${good}${Array.from({ length: n }, (_, i) => `k${i}: ${i}\n`).join('')}`,
      (n: number) => good.replace('loss: [', `loss: [${'{ type: contrastive, margn: -1 }, '.repeat(n)}`),
      (n: number) => good.replace('[verification,', `[${'verifiction, '.repeat(n)}`),
      (n: number) =>
        good.replace(/encoder: .*/, `encoder: { type: sequential, layers: [${'{ type: dens }, '.repeat(n)}] }`),
      (n: number) => good.replace('version: 1', `version: 1\nplugins: [${'./a.ts, '.repeat(n)}]`),
    ),
    fc.oneof({ weight: 15, arbitrary: depthUpTo(400) }, depthUpTo(9000)), // the limits of a recipe let through 6,000 or so
  )
  .map(([make, n]) => Buffer.from(make(n)));

test('any recipe is a plan or problems at places inside it, and a printed plan plans to itself', () => {
  const plan = (): ReturnType<typeof planRecipe> => planRecipe(file, { registry: plugins, untrusted: true });
  return fuzz(
    'recipe',
    fc.oneof({ weight: 3, arbitrary: exchanged }, damaged(Buffer.from(good)), bomb, { weight: 2, arbitrary: sound }),
    async (bytes) => {
      writeFileSync(file, bytes);
      const { planned, problems } = await plan();
      const lines = Buffer.from(bytes).toString('utf8').split('\n');
      for (const { place } of problems) {
        if (!place) continue;
        const line = lines[place.line - 1]; // undefined: no such line
        if (place.file !== file || line === undefined || place.column > line.length + 1)
          throw new Error(`no place of the file: ${JSON.stringify(place)}`);
      }
      if (!planned) throw new ProblemError(problems);
      const text = printPlan(planned);
      writeFileSync(file, text);
      const again = await plan();
      if (!again.planned) throw new Error(`a printed plan does not plan: ${new ProblemError(again.problems).message}`);
      if (printPlan(again.planned) !== text) expect(printPlan(again.planned)).toBe(text);
    },
  );
});
