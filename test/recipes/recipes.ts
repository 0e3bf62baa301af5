import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { drawEmoji } from './emoji-stand-in.js';

export const recipesFolder = fileURLToPath(new URL('../../recipes/', import.meta.url));
const yamlIn = (folder: string): string[] =>
  readdirSync(join(recipesFolder, folder)).filter((name) => name.endsWith('.yaml'));

/** Recipes by their names; `tiny` ones are called `tiny/NAME`. */
export const largeRecipes: readonly string[] = yamlIn('.').map((name) => name.replace('.yaml', ''));
export const tinyRecipes: readonly string[] = yamlIn('tiny').map((name) => `tiny/${name.replace('.yaml', '')}`);
export const recipeFile = (name: string): string => join(recipesFolder, `${name}.yaml`);

/** What reads validation data in these would be an unused setting without it. */
const validated = new Set(['glyphs', 'npz-pairs', 'real-trips', 'sequences', 'stream', 'table']);

/** Settings under which a tiny recipe trains, and nothing is measured that needs not be: for tests of the steps alone. */
export const stepsAlone = (name: string): readonly string[] => [
  'evaluate.baselines=off',
  ...(validated.has(name.replace('tiny/', '')) ? [] : ['data.split=none']),
  ...(name === 'tiny/folds' ? ['train.monitor=off', 'train.earlyStopping=off'] : []), // without validation nothing is watched
];

/** What the head of a recipe promises: `#   reaches  verification.rocAuc >= 0.9`, of the test part. */
export interface Promised {
  readonly path: string;
  readonly sign: '>=' | '<=';
  readonly bound: number;
}

export function promisedBy(name: string): Promised {
  const found = /^# {3}reaches {2}(\S+) (>=|<=) ([\d.]+)/m.exec(readFileSync(recipeFile(name), 'utf8'));
  if (!found) throw new Error(`${name}.yaml does not say what it reaches`);
  return { path: found[1]!, sign: found[2] as Promised['sign'], bound: Number(found[3]!.replace(/\.$/, '')) };
}

export const isKept = ({ sign, bound }: Promised, value: number): boolean =>
  sign === '>=' ? value >= bound : value <= bound;

/** A folder that is removed when the tests of this file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'siamese-recipes-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function generate(generator: string, ...args: string[]): void {
  execFileSync(process.execPath, [join(recipesFolder, 'generators', generator), ...args], { stdio: 'pipe' });
}

/** Recipes whose data is made or fetched by a generator, and may not be there. */
export const fetched: ReadonlySet<string> = new Set(['streamed-random-pairs', 'emoji-cross-style']);

/** Settings of a recipe that needs data from outside the repository; `megabytes` of it are made in `folder`. */
export function dataFor(name: string, folder: string, megabytes = 1): readonly string[] {
  if (name === 'emoji-cross-style') return [`data.source.path=${drawEmoji(join(folder, 'emoji'))}`];
  if (name !== 'streamed-random-pairs') return [];
  const file = join(folder, `${name}-${megabytes}.csv`);
  generate('make-stream.mjs', '--megabytes', String(megabytes), '--out', file);
  return [`data.source.path=${file}`];
}
