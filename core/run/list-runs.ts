import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reason, shown } from '../files/index.js';
import { fail } from '../problem/index.js';
import { flatten } from './figure-paths.js';
import { inRun } from './folder.js';
import type { RunResult } from './result.js';

export interface ListedRun {
  readonly folder: string;
  readonly recipe: string;
  /** `running`: it has no result yet. */
  readonly status: RunResult['status'] | 'running' | 'damaged';
  readonly seed: number | null;
  readonly finished: string | null;
  /** The monitored figure on test, else on validation. */
  readonly metric: string | null;
  readonly value: number | null;
}

const DEPTH = 4;

/**
 * Runs in a folder and below it, the newest first. A run that cannot be read is `damaged`, and stops nothing.
 * Errors: RUN_FOLDER where the folder is a file, or cannot be read.
 */
export function listRuns(root: string): readonly ListedRun[] {
  if (existsSync(root) && !statSync(root).isDirectory())
    fail('RUN_FOLDER', `${shown(root)} is a file: name the folder that holds the runs`);
  return find(root, DEPTH)
    .map(listOne)
    .sort((a, b) => ((a.finished ?? '') < (b.finished ?? '') ? 1 : -1));
}

function find(folder: string, depth: number): string[] {
  if (existsSync(join(folder, inRun.plan))) return [folder];
  if (depth === 0 || !existsSync(folder)) return [];
  const below = foldersIn(folder, depth).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  return below.flatMap((name) => find(join(folder, name), depth - 1));
}

/** None where a folder below the root is closed to us: the others are listed. */
function foldersIn(folder: string, depth: number): string[] {
  try {
    const all = readdirSync(folder, { withFileTypes: true });
    return all.filter((one) => one.isDirectory()).map(({ name }) => name);
  } catch (error) {
    const why = reason(error);
    if (why === null) throw error;
    return depth === DEPTH ? fail('RUN_FOLDER', `cannot read ${shown(folder)}: ${why}`) : [];
  }
}

function listOne(folder: string): ListedRun {
  const nothing = { folder, recipe: '', seed: null, finished: null, metric: null, value: null };
  try {
    const path = join(folder, inRun.result);
    if (!existsSync(path)) {
      const { plan } = JSON.parse(readFileSync(join(folder, inRun.plan), 'utf8'));
      return { ...nothing, recipe: plan.name, seed: plan.seed, status: 'running' };
    }
    const result = JSON.parse(readFileSync(path, 'utf8')) as RunResult;
    const figures = flatten(result.test ?? result.validation ?? {});
    const metric = result.training?.best?.monitor ?? figures.keys().next().value ?? null;
    const { recipe, seed, status } = result;
    if (typeof recipe !== 'string' || typeof status !== 'string') return { ...nothing, status: 'damaged' };
    const value = metric === null ? null : (figures.get(metric) ?? null);
    return { folder, recipe, seed, status, finished: statSync(path).mtime.toISOString().slice(0, 19), metric, value };
  } catch {
    return { ...nothing, status: 'damaged' };
  }
}
