import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failReading } from '../../files/index.js';
import { fail } from '../../problem/index.js';
import type { Plan } from '../../recipe/types.js';
import { inRun } from '../folder.js';
import { readJson, type StoredThreshold } from '../model.js';
import type { RunResult } from '../result.js';
import type { Findings } from './findings.js';

/** A line of metrics.jsonl, as far as it is drawn. */
export interface MetricsLine {
  readonly kind: string;
  /** ISO 8601. */
  readonly at?: string;
  readonly step: number;
  readonly epoch?: number;
  readonly loss?: number;
  readonly learningRate?: number;
  readonly stepsPerSecond?: number;
  /** Of health, and why training stopped. */
  readonly name?: string;
  readonly message?: string;
  readonly evaluation?: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
}

/** What a run folder tells, to those who read it. */
export interface RunSources {
  readonly folder: string;
  readonly result: RunResult;
  readonly plan: { readonly plan: Plan; readonly siamese: string; readonly node: string; readonly cores: number };
  readonly findings: Findings;
  readonly threshold: StoredThreshold | null;
  readonly lines: readonly MetricsLine[];
}

/** Errors: RUN_FOLDER for a folder that is no completed run, or a file of it that is damaged. */
export async function readRun(folder: string): Promise<RunSources> {
  const result = await readMap<RunResult>(join(folder, inRun.result), ['status']);
  if (result.status !== 'completed')
    fail('RUN_FOLDER', `the run in ${folder} is ${result.status}: there is nothing to report of it`);
  await readMap(join(folder, inRun.result), ['training', 'data', 'baselines', 'notes']);
  const findings = result.folds ? await foldFindings(folder, result.folds) : await readFindings(folder);
  return {
    folder,
    result,
    plan: await readMap<RunSources['plan']>(join(folder, inRun.plan), ['plan']),
    findings,
    threshold: (await readJson(join(folder, inRun.model, 'threshold.json'), null)) as StoredThreshold | null,
    lines: result.folds ? [] : await readLines(join(folder, inRun.metrics)),
  };
}

const readFindings = (folder: string): Promise<Findings> =>
  readMap<Findings>(join(folder, inRun.evaluation), ['format', 'roc', 'draws']);

/** A map that has these keys: another one is not what a run has written. */
async function readMap<T>(path: string, keys: readonly string[]): Promise<T> {
  const value = (await readJson(path)) as Record<string, unknown> | null;
  const lacks = keys.find((key) => typeof value !== 'object' || (value?.[key] ?? null) === null);
  return lacks === undefined ? (value as T) : fail('RUN_FOLDER', `${path} is damaged: it has no \`${lacks}\``);
}

/**
 * Draws of the means over folds: the folds' test items are others, so that their draws are independent, and the mean of
 * the d-th draws is a draw of the mean.
 */
async function foldFindings(folder: string, folds: NonNullable<RunResult['folds']>): Promise<Findings> {
  const all = await Promise.all(folds.map((fold) => readFindings(join(folder, fold.folder))));
  const [first] = all as [Findings, ...Findings[]];
  const paths = Object.keys(first.draws).filter((path) =>
    all.every(({ draws }) => draws[path]?.length === first.draws[path]!.length),
  );
  const meanOf = (path: string): (number | null)[] =>
    first.draws[path]!.map((_, d) => {
      const values = all.map(({ draws }) => draws[path]![d]!);
      return values.every((value) => value !== null) ? values.reduce((sum, one) => sum + one, 0) / values.length : null;
    });
  const nothing = { roc: {}, calibration: null, histogram: null, neighbours: [], groups: [], map: null };
  return {
    ...first,
    ...nothing,
    hardest: { same: [], different: [] },
    draws: Object.fromEntries(paths.map((path) => [path, meanOf(path)])),
  };
}

/** A last line that was cut off, by a machine that stopped, is left out. */
async function readLines(path: string): Promise<readonly MetricsLine[]> {
  const text = await readFile(path, 'utf8').catch((error) => failReading(path, error, 'RUN_FOLDER'));
  return text.split('\n').flatMap((line): MetricsLine[] => {
    try {
      const value = JSON.parse(line) as MetricsLine | null;
      return typeof value?.kind === 'string' ? [value] : [];
    } catch {
      return [];
    }
  });
}
