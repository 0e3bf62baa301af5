import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { drawEmoji } from './emoji-stand-in.js';
import { cities, febrl } from './stand-ins.js';

export const recipesFolder = fileURLToPath(new URL('../../recipes/', import.meta.url));
const yamlIn = (folder: string): string[] =>
  readdirSync(join(recipesFolder, folder)).filter((name) => name.endsWith('.yaml'));

/** Recipes by their names; `tiny` ones are called `tiny/NAME`. */
export const largeRecipes: readonly string[] = yamlIn('.').map((name) => name.replace('.yaml', ''));
export const tinyRecipes: readonly string[] = yamlIn('tiny').map((name) => `tiny/${name.replace('.yaml', '')}`);
export const recipeFile = (name: string): string => join(recipesFolder, `${name}.yaml`);

/** What reads validation data in these would be an unused setting without it. */
const validated = new Set(['glyphs', 'linked-records', 'npz-pairs', 'real-trips', 'sequences', 'stream', 'table']);

/** Settings under which a tiny recipe trains, and nothing is measured that needs not be: for tests of the steps alone. */
export const stepsAlone = (name: string): readonly string[] => [
  'evaluate.baselines=off',
  ...(validated.has(name.replace('tiny/', '')) ? [] : ['data.split=none']),
  ...(name.replace('tiny/', '') === 'folds' ? ['train.monitor=off', 'train.earlyStopping=off'] : []), // without validation nothing is watched
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

/** Large recipes whose data is generated or fetched, and how little of it is made in a folder. */
const makers: Readonly<Record<string, (folder: string, megabytes: number) => readonly string[]>> = {
  'streamed-random-pairs': streamed,
  'movies-two-tower': movies,
  'febrl-records': febrl,
  'city-names': cities,
  'emoji-cross-style': (folder) => [`data.source.path=${drawEmoji(folder)}`],
};

export const needsData = (name: string): boolean => Object.hasOwn(makers, name);

/** Settings of a recipe that needs data from outside the repository; `megabytes` of it are made in `folder`. */
export const dataFor = (name: string, folder: string, megabytes = 1): readonly string[] =>
  makers[name]?.(join(folder, `${name}-data`), megabytes) ?? [];

function movies(folder: string): readonly string[] {
  generate('movies.mjs', '--out', folder, '--users', '250', '--movies', '90');
  const source = (side: string, file: string): string => `data.source.${side}.path=${join(folder, file)}`;
  return [source('left', 'users.csv'), source('right', 'movies.csv'), source('pairs', 'ratings.csv')];
}

function streamed(folder: string, megabytes: number): readonly string[] {
  const file = `${folder}-${megabytes}.csv`;
  generate('make-stream.mjs', '--megabytes', String(megabytes), '--out', file);
  return [`data.source.path=${file}`];
}
