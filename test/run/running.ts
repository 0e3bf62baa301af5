import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from '../../core/contract/index.js';
import type { Plugin } from '../../core/plugin/define.js';
import type { Problem } from '../../core/problem/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { beginRun, goOnWithRun } from '../../core/run/folds.js';
import { planAgain } from '../../core/run/plan-again.js';
import type { RunEvent } from '../../core/run/request.js';
import type { RunResult } from '../../core/run/result.js';
import type { FinishedRun } from '../../core/run/run.js';
import { builtIn } from '../../plugins/index.js';

export const silent: Log = { debug() {}, info() {}, warn() {} };

/** A line of metrics.jsonl. */
export type MetricsLine = { readonly kind: string; readonly at: string } & Readonly<Record<string, unknown>>;

export interface Ran {
  readonly folder: string;
  readonly result: RunResult;
  readonly lines: readonly MetricsLine[];
  /** Warnings of the plan. */
  readonly warnings: readonly Problem[];
  /** What was said beside the events of training. */
  readonly notes: readonly string[];
}

export interface Running {
  /** The run folder. */
  readonly out: string;
  readonly set?: readonly string[];
  readonly engine?: 'auto' | 'native' | 'portable';
  readonly signal?: AbortSignal;
  /** Interrupted after this step. */
  readonly stopAt?: number;
  /** Plugins beside siamese's own. */
  readonly plugins?: readonly Plugin[];
}

/** Plans and runs a recipe in this process, as the command line does. */
export async function runRecipe(file: string, running: Running): Promise<Ran> {
  const { out, set = [], engine, signal = new AbortController().signal, stopAt = null, plugins = [] } = running;
  const asked = { registry: [...builtIn, ...plugins], set, signal, ...(engine === undefined ? {} : { engine }) };
  const { planned, registry, problems } = await planRecipe(file, asked);
  if (!planned || !registry) throw new Error(problems.map(({ code, message }) => `${code} ${message}`).join('\n'));
  const recipe = { file: resolve(file), set };
  return followed(problems, (report, log) => beginRun({ planned, registry, recipe, out, signal, stopAt, report, log }));
}

/** Goes on with a run, as the command line does. */
export async function resumeRecipe(folder: string, running: Omit<Running, 'out'> = {}): Promise<Ran> {
  const { set = [], engine, signal = new AbortController().signal, stopAt = null, plugins = [] } = running;
  const asked = { builtIn: [...builtIn, ...plugins], set, ...(engine === undefined ? {} : { engine }) };
  const again = await planAgain(folder, asked);
  if ('completed' in again) throw new Error('it is completed');
  return followed(again.problems, (report, log) => goOnWithRun({ ...again, out: folder, signal, stopAt, report, log }));
}

async function followed(
  warnings: readonly Problem[],
  start: (report: (event: RunEvent) => void, log: Log) => Promise<FinishedRun>,
): Promise<Ran> {
  const notes: string[] = [];
  const report = (event: RunEvent): void => {
    if (event.kind === 'note') notes.push(event.message);
  };
  const log: Log = { ...silent, warn: (message) => void notes.push(message) };
  const { folder, result } = await start(report, log);
  return { folder, result, lines: result.folds ? [] : readLines(folder), warnings, notes };
}

export const readLines = (folder: string): MetricsLine[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsLine);

/** What result.json says under a path such as `retrieval.recallAt10` or `verification.rocAuc`; null where it has nothing. */
export function figureAt(part: RunResult['test'] | undefined, path: string): number | null {
  const [evaluator, name] = path.split('.') as [string, string];
  const figures = part?.[evaluator] ?? {};
  const [, family, key] = /^(\D+?)(\d.*)$/.exec(name) ?? [];
  const value = figures[name] ?? (figures[family ?? ''] as Record<string, number> | undefined)?.[key ?? ''];
  return typeof value === 'number' ? value : null;
}
