import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { Distance, Encoder, Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin, type Plugin } from '../../core/plugin/define.js';
import { loadModel } from '../../core/run/model.js';
import { recipeFile } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { type Ran, runRecipe } from './running.js';

/** Plugins of someone else's, written with `ops` and `layers` alone, in the compiled step; and those that it must refuse. */
const folder = temporaryFolder();
const none = { type: 'object', additionalProperties: false, properties: {} } as const;

const encoder = definePlugin(Encoder, {
  name: 'acme/noisy',
  summary: 'A layer with batch normalisation and dropout.',
  options: none,
  accepts: { vector: [1] },
  create: (_, { inputs, layers, input, model }) => {
    const from = input(inputs[0]!);
    const hidden = layers.dense({ units: 12, useBias: false }).apply(from);
    const normal = layers.batchNormalization().apply(hidden);
    const kept = layers.dropout({ rate: 0.4 }).apply(layers.activation({ activation: 'tanh' }).apply(normal));
    return model({ inputs: [from], outputs: layers.dense({ units: 5 }).apply(kept) as typeof from });
  },
});

const distance = definePlugin(Distance, {
  name: 'acme/root-mean',
  summary: 'Root of the mean squared difference.',
  options: none,
  range: [0, Number.POSITIVE_INFINITY],
  create: () => ({ between: (a, b) => ops.safeSqrt(ops.mean(ops.square(ops.sub(a, b)), 1)) }),
});

const lossOf = (name: string, factor: () => number): Plugin =>
  definePlugin(Loss, {
    name,
    summary: 'Contrastive, in other words.',
    options: none,
    needs: { score: 'distance' },
    create: () => ({
      perPair(score, target) {
        const push = ops.mul(ops.sub(1, target), ops.square(ops.relu(ops.sub(1, score)))); // [pairs]
        return ops.mul(factor(), ops.add(ops.mul(target, ops.square(score)), push)); // [pairs]
      },
    }),
  });

let state = 1;
const counted = lossOf('acme/counted', () => {
  state = (16807 * state) % 2147483647;
  return 0.5 + state / 2147483647;
});
const random = lossOf('acme/random', () => 0.5 + Math.random());
const plain = lossOf('acme/plain', () => 1);
const reading = definePlugin(Loss, {
  name: 'acme/reading',
  summary: 'Scales by the largest score, which it reads.',
  options: none,
  needs: { score: 'distance' },
  create: () => ({ perPair: (score) => ops.div(score, 1 + Math.max(...score.dataSync())) }),
});
const plugins: readonly Plugin[] = [encoder, distance, counted, random, plain, reading];

let runs = 0;
const run = (loss: string, compile: string): Promise<Ran> =>
  runRecipe(recipeFile('tiny/unseen-groups'), {
    out: join(folder, String(runs++)),
    engine: 'native',
    plugins,
    set: [
      'train.steps=20',
      'train.stepsPerEpoch=20',
      `engine.compile=${compile}`,
      'encoder={ type: acme/noisy }',
      'distance={ type: acme/root-mean }',
      'head=none',
      `loss={ type: ${loss} }`,
    ],
  });
const lossesOf = ({ lines }: Ran): number[] =>
  lines.filter(({ kind }) => kind === 'step').map(({ loss }) => loss as number);

describe('a compiled step with plugins of others', () => {
  onEngine('native', 'equals the eager one, with dropout and batch normalisation', async () => {
    const [compiled, eager] = [await run('acme/plain', 'required'), await run('acme/plain', 'off')];
    expect(compiled.notes.filter((note) => note.includes('compiled'))).toEqual([]);
    lossesOf(compiled).forEach((loss, i) => {
      expect(Math.abs(loss / lossesOf(eager)[i]! - 1), `loss of step ${i + 1}`).toBeLessThan(1e-5);
    });
    const [ours, theirs] = await Promise.all([compiled, eager].map(({ folder: at }) => loadModel(join(at, 'model'))));
    for (const [name, { values }] of Object.entries(theirs!.weights)) {
      const apart = values.map((value, i) => Math.abs(value - ours!.weights[name]!.values[i]!));
      expect(Math.max(...apart), name).toBeLessThan(1e-4);
    }
  });

  for (const [loss, cause] of [
    ['acme/random', 'draws random numbers from Math.random'],
    ['acme/counted', 'computes something else at each step'],
    ['acme/reading', "reads a tensor's values"],
  ] as const) {
    onEngine('native', `is refused to ${loss}, once and by name; the run goes on eagerly`, async () => {
      const ran = await run(loss, 'auto');
      const told = ran.notes.filter((note) => note.includes('not compiled'));
      expect(told).toHaveLength(1);
      expect(told[0]).toContain(`loss ${loss} ${cause}`);
      expect(ran.result.engine.compiled).toBe(false);
      expect(lossesOf(ran)).toHaveLength(20);
      await expect(run(loss, 'required')).rejects.toThrow(`engine.compile is required, but loss ${loss} ${cause}`);
    });
  }

  onEngine('native', 'draws anew at each eager step after it was refused', async () => {
    state = 1;
    const refused = lossesOf(await run('acme/counted', 'off'));
    expect(new Set(refused.map((loss) => loss.toFixed(6))).size).toBeGreaterThan(15);
  });
});
