import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors, type StoredTensors } from '../files/index.js';
import { differences } from './diff.js';
import { inRun } from './folder.js';
import { readJson } from './model.js';
import type { RunResult } from './result.js';

/** Of a line of metrics.jsonl and of result.json: what the clock and the machine say, not the training. */
const timed = ['at', 'seconds', 'stepsPerSecond', 'pairsPerSecond', 'firstStepSeconds', 'peakMemoryMiB'];
/** Differences of one file that are told. */
const TOLD = 3;

/**
 * Where two finished runs differ, in sentences; empty where every byte of the weights, the metrics, the figures and the
 * thresholds is the same, times and memory left out.
 * Errors: RUN_FOLDER, where a file is missing or damaged.
 */
export async function runDifferences(a: string, b: string): Promise<readonly string[]> {
  const { folds } = ((await readJson(join(a, inRun.result), null)) ?? {}) as Partial<RunResult>;
  if (!folds) return oneRunDifferences(a, b);
  const each: string[] = [];
  for (const { folder } of folds) {
    const found = await oneRunDifferences(join(a, folder), join(b, folder));
    each.push(...found.map((text) => `${folder}/${text}`));
  }
  return [...each, ...(await jsonDifferences([a, b], inRun.result))];
}

async function oneRunDifferences(a: string, b: string): Promise<readonly string[]> {
  return [
    ...(await weightDifferences(a, b)),
    ...(await lineDifferences(a, b)),
    ...(await jsonDifferences([a, b], inRun.result)),
    ...(await jsonDifferences([a, b], inRun.ledger)),
    ...(await jsonDifferences([a, b], join(inRun.model, 'model.json'))),
    ...(await jsonDifferences([a, b], join(inRun.model, 'threshold.json'))),
  ];
}

async function weightDifferences(a: string, b: string): Promise<readonly string[]> {
  const name = join(inRun.model, 'weights.safetensors');
  const [bytesA, bytesB] = await Promise.all([a, b].map((run) => readFile(join(run, name))));
  if (bytesA!.equals(bytesB!)) return [];
  const [one, other] = await Promise.all([a, b].map(async (run) => (await readSafetensors(join(run, name))).tensors));
  const found = tensorDifferences(one!, other!);
  return found.length > 0 ? found.map((text) => `${name}: ${text}`) : [`${name}: the bytes differ`];
}

function tensorDifferences(a: StoredTensors, b: StoredTensors): readonly string[] {
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.flatMap((name): string[] => {
    const [one, other] = [a.get(name)?.data, b.get(name)?.data];
    if (!one || !other || one.length !== other.length) return [`${name} has not the same size`];
    let [count, largest] = [0, 0];
    for (const [i, value] of one.entries()) {
      if (Object.is(value, other[i])) continue;
      count++;
      largest = Math.max(largest, Math.abs(Number(value) - Number(other[i])));
    }
    return count === 0
      ? []
      : [`${name} differs in ${count} of ${one.length} numbers, by ${largest.toPrecision(3)} at most`];
  });
}

async function lineDifferences(a: string, b: string): Promise<readonly string[]> {
  const lines = async (run: string): Promise<readonly unknown[]> => {
    const text = await readFile(join(run, inRun.metrics), 'utf8');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [untimed(JSON.parse(line))]));
  };
  const [one, other] = await Promise.all([lines(a), lines(b)]);
  if (one.length !== other.length) {
    return [`${inRun.metrics}: ${one.length} lines, and ${other.length}`];
  }
  const at = one.findIndex((line, i) => JSON.stringify(line) !== JSON.stringify(other[i]));
  return at < 0 ? [] : told(`${inRun.metrics}:${at + 1}`, one[at], other[at]);
}

async function jsonDifferences([a, b]: readonly [string, string], name: string): Promise<readonly string[]> {
  const [one, other] = await Promise.all([a, b].map((run) => readJson(join(run, name), null)));
  return told(name, untimed(one), untimed(other));
}

function told(where: string, a: unknown, b: unknown): readonly string[] {
  const found = differences(a, b);
  const show = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value)).slice(0, 80);
  const shown = found.slice(0, TOLD).map((one) => `${where}: ${one.path}: ${show(one.a)} -> ${show(one.b)}`);
  return found.length > TOLD ? [...shown, `${where}: and ${found.length - TOLD} more`] : shown;
}

/** Without what is timed, at any depth. */
function untimed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untimed);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !timed.includes(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, untimed(inner)]));
}
