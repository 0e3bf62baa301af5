import { join } from 'node:path';
import { expect } from 'vitest';
import { loadModel } from '../../core/run/model.js';
import { recipeFile, stepsAlone } from '../recipes/recipes.js';
import { temporaryFolder } from './command.js';
import { type Ran, runRecipe } from './running.js';

const folder = temporaryFolder();

/**
 * Some weights change nothing, as a bias before batch normalisation: Adam would turn the rounding of their gradients into
 * steps of full length. Plain descent for them, at a rate that leads past no kink of relu or hinge within rounding.
 */
const descents: Readonly<Record<string, number>> = {
  'tiny/sequential-glyphs': 0.05,
  'tiny/phrases': 0.05,
  'tiny/marks': 0.01,
  'tiny/mirrored-marks': 0.05,
  'tiny/residual-glyphs': 0.05,
};
const PORTABLE_STEPS = 6;

/** Of each step. */
export const lossesOf = ({ lines }: Ran): number[] =>
  lines.filter(({ kind }) => kind === 'step').map(({ loss }) => loss as number);

/** Losses of compiled steps are those of eager ones, to 1e-5 relative. */
export function expectSameLosses(compiled: Ran, eager: Ran): void {
  expect(lossesOf(compiled)).toHaveLength(20);
  lossesOf(compiled).forEach((loss, i) => {
    const expected = lossesOf(eager)[i]!;
    expect(Math.abs(loss - expected), `loss of step ${i + 1}`).toBeLessThanOrEqual(1e-5 * Math.abs(expected) + 1e-7);
  });
}

/**
 * 20 compiled steps of a tiny recipe are 20 eager ones, losses to 1e-5 relative and weights to 1e-4; the portable engine
 * loses the same in the first of them, to 5e-5.
 */
export async function compareSteps(recipe: string): Promise<void> {
  const set = [
    'train.steps=20',
    'train.stepsPerEpoch=20',
    ...stepsAlone(recipe),
    ...(recipe in descents ? [`optimizer={ type: sgd, learningRate: ${descents[recipe]} }`] : []),
  ];
  const native = (compile: string): Promise<Ran> => {
    const out = join(folder, `${recipe}-${compile}`);
    return runRecipe(recipeFile(recipe), { out, engine: 'native', set: [...set, `engine.compile=${compile}`] });
  };
  const [compiled, eager] = [await native('required'), await native('off')];
  expect([compiled.result.engine.compiled, eager.result.engine.compiled]).toEqual([true, false]);
  expectSameLosses(compiled, eager);
  const [ours, theirs] = await Promise.all([compiled, eager].map(({ folder: at }) => loadModel(join(at, 'model'))));
  for (const [name, { values }] of Object.entries(theirs!.weights)) {
    const own = ours!.weights[name]!.values;
    const apart = values.reduce((most, value, i) => Math.max(most, Math.abs(value - own[i]!)), 0);
    expect(apart, name).toBeLessThan(1e-4);
  }

  const out = join(folder, `${recipe}-portable`);
  const portable = await runRecipe(recipeFile(recipe), { out, engine: 'portable', set, stopAt: PORTABLE_STEPS });
  expect(portable.result.engine).toMatchObject({ name: 'portable', tensorflow: null });
  const seen = lossesOf(portable);
  expect(seen).toHaveLength(PORTABLE_STEPS);
  for (const [i, loss] of seen.entries())
    expect(loss / lossesOf(eager)[i]!, `loss of step ${i + 1}, portable`).toBeCloseTo(1, 4);
}
