import { dirname } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import type { Side } from '../../core/data/item-set.js';
import { openEngine } from '../../core/engine/open.js';
import type { Refusal } from '../../core/engine/trace.js';
import { BATCH, embedSide, type Vectors } from '../../core/evaluate/embed.js';
import { recordedEmbedder } from '../../core/evaluate/recorded-embedder.js';
import { openFiles } from '../../core/files/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { openSession, type Session } from '../../core/run/session.js';
import type { BuiltEncoder } from '../../core/train/encoder.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile, tinyRecipes } from '../recipes/recipes.js';
import { onEngine } from './command.js';
import { silent } from './running.js';

async function opened(recipe: string): Promise<Session & { readonly files: ReturnType<typeof openFiles> }> {
  const file = recipeFile(recipe);
  const { planned, registry, problems } = await planRecipe(file, { registry: builtIn });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  await openEngine('native', () => {});
  const files = openFiles({ folder: dirname(file) });
  return { ...(await openSession({ plan: planned!.plan, registry: registry!, files, log: silent })), files };
}

/** A whole batch and a part of one, of a side's items over and over. */
const repeated = ({ size, gather, key }: Side, gathered: number[]): Side => ({
  size: BATCH + 188,
  key,
  gather(rows) {
    gathered.push(rows.length);
    return gather(rows.map((row) => row % size));
  },
});

/** 1e-5 of the longest number. */
function expectSame(recorded: Vectors, eager: Vectors): void {
  const longest = eager.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = eager.values.reduce((most, value, i) => Math.max(most, Math.abs(value - recorded.values[i]!)), 0);
  expect(longest).toBeGreaterThan(0);
  expect(apart).toBeLessThanOrEqual(1e-5 * longest);
}

async function compare(encoder: BuiltEncoder, items: Side): Promise<void> {
  const refused: Refusal[] = [];
  const recorded = recordedEmbedder(encoder, (refusal) => refused.push(refusal))!;
  let applied = 0;
  const counting: BuiltEncoder['apply'] = (batch, step) => {
    applied++;
    return encoder.apply(batch, step);
  };
  const gathered: number[] = [];
  const side = repeated(items, gathered);
  try {
    expectSame(await embedSide(side, recorded), await embedSide(repeated(items, []), encoder));
    expect([refused, gathered]).toEqual([[], [BATCH, BATCH]]);
    const tensors = tfc.memory().numTensors;
    const weight = encoder.weights[0]?.variable;
    if (weight) tfc.tidy(() => weight.assign(tfc.mul(weight, 1.5))); // the weight's shape
    expectSame(await embedSide(side, { ...recorded, apply: counting }), await embedSide(repeated(items, []), encoder));
    expect([applied, tfc.memory().numTensors]).toEqual([0, tensors]);
  } finally {
    recorded.dispose();
  }
}

describe('an encoder recorded for evaluation embeds as it does operation by operation', () => {
  for (const recipe of tinyRecipes) {
    onEngine('native', recipe, async () => {
      const { network, training, validation, test, files, close } = await opened(recipe);
      const items = training ?? validation?.items ?? test!.items;
      try {
        await compare(network.left, items.left);
        if (network.right !== network.left) await compare(network.right, items.right);
      } finally {
        await close();
        await files.close();
      }
    });
  }
});
