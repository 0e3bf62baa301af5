import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  const result = (await readJson(join(folder, inRun.result))) as RunResult;
  if (result.status !== 'completed')
    fail('RUN_FOLDER', `the run in ${folder} is ${result.status}: there is nothing to report of it`);
  return {
    folder,
    result,
    plan: (await readJson(join(folder, inRun.plan))) as RunSources['plan'],
    findings: (await readJson(join(folder, inRun.evaluation))) as Findings,
    threshold: (await readJson(join(folder, inRun.model, 'threshold.json'), null)) as StoredThreshold | null,
    lines: await readLines(join(folder, inRun.metrics)),
  };
}

/** A last line that was cut off, by a machine that stopped, is left out. */
async function readLines(path: string): Promise<readonly MetricsLine[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => fail('RUN_FOLDER', `${path}: ${error.message}`));
  return text.split('\n').flatMap((line): MetricsLine[] => {
    try {
      return [JSON.parse(line) as MetricsLine];
    } catch {
      return [];
    }
  });
}
