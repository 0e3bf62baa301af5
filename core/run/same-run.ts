import { type Problem, ProblemError, problem } from '../problem/index.js';
import { shownFile } from '../problem/render.js';
import type { Plan, Planned } from '../recipe/types.js';
import type { SeenData } from './carried.js';
import { differences, inRecipe } from './diff.js';
import { at } from './place.js';

/** Where a run goes on, where its items lie, and what its figures are followed with: no step depends on them. */
const free = /^(engine\.name|data\.cache|trackers|train\.checkpoint)(\.|$)/;

/**
 * A run goes on with the plan that it was begun with.
 * Errors: RUN_FOLDER, one for each value that differs, at its place in the recipe.
 */
export function requireSamePlan(folder: string, begun: Plan, now: Planned): void {
  const found = differences(plain(begun), plain(now.plan)).filter(({ path }) => !free.test(path));
  const wrong = found.map(({ path, a, b }) => {
    const change = `${inRecipe(path, begun)}: ${show(a)} -> ${show(b)}`;
    const message = `the plan has changed since the run in ${shownFile(folder)} was begun: ${change}`;
    const hint = 'A run goes on with no other plan: put the value back, or start a new run.';
    return at(now, problem('RUN_FOLDER', message, { path, hint }));
  });
  if (wrong.length > 0) throw new ProblemError(wrong);
}

/** Errors: RUN_FOLDER, one for each file or part that differs. */
export function requireSameTraining(folder: string, begun: SeenData, now: SeenData): void {
  const causes = [
    changes(hashes(begun.files), hashes(now.files)),
    changes(items(begun.content), items(now.content)),
    changes({ 'the pairs to evaluate': begun.pairs }, { 'the pairs to evaluate': now.pairs }),
    changes({ 'the initial weights': begun.initial }, { 'the initial weights': now.initial }),
  ];
  const changed = causes.find((found) => found.length > 0) ?? []; // later ones follow from it
  const wrong = changed.map((change): Problem => {
    const message = `the data has changed since the run in ${shownFile(folder)} was begun: ${change}`;
    return problem('RUN_FOLDER', message, {
      hint: 'A run goes on with no other data: put it back, or start a new run.',
    });
  });
  if (wrong.length > 0) throw new ProblemError(wrong);
}

/** The runs of all folds are of one data set. Errors: RUN_FOLDER, one for each file that differs. */
export function requireSameFiles(folder: string, begun: SeenData['files'], now: SeenData['files']): void {
  const wrong = changes(hashes(begun), hashes(now)).map((change) =>
    problem('RUN_FOLDER', `the data has changed since the fold in ${shownFile(folder)} was run: ${change}`, {
      hint: 'All folds are of the same data: put it back, or start a new run.',
    }),
  );
  if (wrong.length > 0) throw new ProblemError(wrong);
}

type Hashes = Readonly<Record<string, string | null>>;

const hashes = (files: SeenData['files']): Hashes =>
  Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256]));

const items = (content: SeenData['content']): Hashes =>
  Object.fromEntries(Object.entries(content).map(([part, hash]) => [`the items of ${part}`, hash]));

function changes(begun: Hashes, now: Hashes): string[] {
  const names = [...new Set([...Object.keys(begun), ...Object.keys(now)])];
  const brief = (hash: string | null | undefined): string => (hash ? `sha256 ${hash.slice(0, 12)}` : 'none');
  return names
    .filter((name) => (begun[name] ?? null) !== (now[name] ?? null))
    .map((name) => `${name}: ${brief(begun[name])} -> ${brief(now[name])}`);
}

const show = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
const plain = (plan: Plan): unknown => JSON.parse(JSON.stringify(plan)) as unknown;
