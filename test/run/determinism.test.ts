import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { recipeFile } from '../recipes/recipes.js';
import { onEngine, siamese, temporaryFolder } from './command.js';
import { readLines, runRecipe } from './running.js';

/** Recipe, seed, data and machine determine every byte of a run but the times. */
const folder = temporaryFolder();

/** Convolution, batch normalisation, dropout; and a stream. */
const recipes: Readonly<Record<string, readonly string[]>> = {
  glyphs: ['train.epochs=2', 'evaluate.baselines=off'],
  stream: ['train.steps=60', 'evaluate.every=20', 'evaluate.baselines=off'],
};

interface Left {
  readonly weights: string;
  readonly metrics: unknown;
  readonly files: Readonly<Record<string, unknown>>;
}

/** What a run left, times and memory taken out. */
function leftBy(run: string): Left {
  const json = (name: string) => JSON.parse(readFileSync(join(run, name), 'utf8')) as Record<string, unknown>;
  const { training, ...result } = json('result.json');
  const { steps, epochs, pairs, best } = training as Record<string, unknown>;
  return {
    weights: readFileSync(join(run, 'model', 'weights.safetensors')).toString('base64'),
    metrics: readLines(run).map(({ at: _at, seconds: _seconds, stepsPerSecond: _rate, ...line }) => line),
    files: {
      result: { ...result, training: { steps, epochs, pairs, best } },
      ledger: json('ledger.json'),
      model: json('model/model.json'),
      threshold: json('model/threshold.json'),
    },
  };
}

describe.each(['native', 'portable'] as const)('the same recipe and seed', (engine) => {
  const started = new Map<string, Promise<Left>>();
  const start = async (recipe: string, name: string, ...more: string[]): Promise<Left> => {
    const out = join(folder, `${engine}-${recipe}-${name}`);
    const set = [...recipes[recipe]!, ...more].flatMap((text) => ['--set', text]);
    await siamese('run', recipeFile(`tiny/${recipe}`), '--engine', engine, '--out', out, ...set);
    return leftBy(out);
  };

  /** One run of the recipe in a process of its own, whoever asks for it. */
  const once = (recipe: string): Promise<Left> => {
    const found = started.get(recipe) ?? start(recipe, 'one');
    started.set(recipe, found);
    return found;
  };

  for (const recipe of Object.keys(recipes)) {
    onEngine(engine, `${recipe} gives the same bytes in two processes, another seed gives others`, async () => {
      const [one, two] = await Promise.all([once(recipe), start(recipe, 'two')]);
      expect(two.metrics).toEqual(one.metrics);
      expect(two.files).toEqual(one.files);
      expect(two.weights === one.weights, 'model/weights.safetensors').toBe(true);
      const other = await start(recipe, 'other', 'seed=99');
      expect(other.weights).not.toBe(one.weights);
      expect(other.metrics).not.toEqual(one.metrics);
      expect(other.files['ledger']).not.toEqual(one.files['ledger']); // another split or other pairs to evaluate
    });
  }

  onEngine(engine, 'gives them whatever ran before in the process', async () => {
    const alone = await once('glyphs');
    await runRecipe(recipeFile('tiny/inline-arrays'), { out: join(folder, `${engine}-before`), engine });
    const out = join(folder, `${engine}-after`);
    await runRecipe(recipeFile('tiny/glyphs'), { out, engine, set: recipes['glyphs']! });
    const after = leftBy(out);
    expect(after.metrics).toEqual(alone.metrics);
    expect(after.weights === alone.weights, 'model/weights.safetensors').toBe(true);
  });
});
