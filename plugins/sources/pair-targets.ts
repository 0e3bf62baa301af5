import type { Cells, DataDescription, Table } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';
import { failRow, type RowsInMemory } from './rows/memory.js';

/** How the recipe reads the target column. */
export interface TargetRules {
  readonly column: string;
  readonly polarity: 'same-is-high' | 'same-is-low';
  readonly range: readonly [low: number, high: number] | null;
  /** In the units of the column. */
  readonly positiveFrom: number | null;
}
export interface Targets {
  readonly kind: NonNullable<DataDescription['targets']>;
  readonly values: Float32Array;
  /** Graded targets: a pair at or above it is the same. */
  readonly positiveFrom: number | null;
}
/** What a source's options say of the targets and weights of its pairs. */
export interface TargetOptions {
  readonly target: string | null;
  readonly polarity: 'same-is-high' | 'same-is-low';
  readonly range: readonly number[] | null;
  readonly positiveFrom: number | null;
  readonly weight: string | null;
}
type Locate = (row: number) => ReturnType<Table['where']>;

/** Errors: OPTION_RANGE, OPTION_MISSING where the options contradict each other. */
export function checkTargetOptions({ range, target, positiveFrom }: TargetOptions): void {
  if (range !== null && !(range[0]! < range[1]!))
    fail('OPTION_RANGE', `range must go from low to high, got [${range.join(', ')}]`);
  if (target === null && (range !== null || positiveFrom !== null)) {
    fail('OPTION_MISSING', 'range and positiveFrom are about the target: name its column by `target`');
  }
}

type Rows = Pick<RowsInMemory, 'size' | 'columns' | 'where'>;

/** Targets of the rows of a file; without a target column all are positives. Errors: as `readTargets`. */
export function readTargetsOf({ size, columns, where }: Rows, options: TargetOptions): Targets {
  const { target, polarity, range, positiveFrom } = options;
  if (target === null) return positivesOnly(size);
  const rules = { column: target, polarity, range: range as readonly [number, number] | null, positiveFrom };
  return readTargets(columns[target] as Float32Array, rules, where);
}

/** Errors: as `readWeights`. */
export const readWeightsOf = ({ columns, where }: Rows, { weight }: TargetOptions): Float32Array | null =>
  weight === null ? null : readWeights(columns[weight]!, weight, where);

/**
 * Targets as the core wants them: 1 = same, 0 = different.
 * `range`: graded, (t - low) / (high - low), and 1 minus that where low means same.
 * else `positiveFrom`: binary, 1 where t >= positiveFrom (where low means same: t <= positiveFrom).
 * else, all 0 or 1: binary, turned where low means same. else: real, as they are.
 * Errors: DATA_VALUE for a target that is missing, outside its range, or real where low means same.
 */
export function readTargets(raw: Float32Array, rules: TargetRules, locate: Locate): Targets {
  const { column, polarity, range, positiveFrom } = rules;
  const low = polarity === 'same-is-low';
  const missing = raw.findIndex(Number.isNaN);
  if (missing >= 0) failRow(`the target column "${column}" is empty here`, locate(missing));
  if (range !== null) return graded(raw, { ...rules, range }, locate);
  if (positiveFrom !== null) {
    const from = Math.fround(positiveFrom); // the targets are float32
    return binary(raw.map((target) => Number(low ? target <= from : target >= from)));
  }
  const real = raw.findIndex((target) => target !== 0 && target !== 1);
  if (real < 0) return binary(low ? raw.map((target) => 1 - target) : raw);
  if (!low) return { kind: 'real', values: raw, positiveFrom: null };
  const message = `the target ${raw[real]} in column "${column}" is neither 0 nor 1: with polarity same-is-low, say range or positiveFrom`;
  return failRow(message, locate(real));
}

/** Every row is a positive pair. */
export const positivesOnly = (size: number): Targets => ({
  kind: 'positives-only',
  values: new Float32Array(size).fill(1),
  positiveFrom: null,
});

const binary = (values: Float32Array): Targets => ({ kind: 'binary', values, positiveFrom: null });

function graded(
  raw: Float32Array,
  rules: TargetRules & { readonly range: readonly [number, number] },
  locate: Locate,
): Targets {
  const { column, polarity, positiveFrom } = rules;
  const [low, high] = rules.range.map(Math.fround) as [number, number];
  const outside = raw.findIndex((target) => target < low || target > high);
  if (outside >= 0) {
    const message = `the target ${raw[outside]} in column "${column}" lies outside range [${rules.range.join(', ')}]`;
    failRow(message, locate(outside));
  }
  const map = (target: number): number => {
    const share = Math.fround((target - low) / (high - low));
    return polarity === 'same-is-low' ? 1 - share : share;
  };
  return {
    kind: 'graded',
    values: raw.map(map),
    positiveFrom: positiveFrom === null ? null : map(Math.fround(positiveFrom)),
  };
}

/** Weights of the pairs. Errors: DATA_COLUMN for a column of text; DATA_VALUE for a weight that is missing or below 0. */
export function readWeights(cells: Cells, column: string, locate: Locate): Float32Array {
  if (!(cells instanceof Float32Array)) return fail('DATA_COLUMN', `the weight column "${column}" must hold numbers`);
  const bad = cells.findIndex((weight) => !(weight >= 0));
  if (bad < 0) return cells;
  const what = Number.isNaN(cells[bad]) ? 'is empty here' : `has ${cells[bad]}`;
  return failRow(`the weight column "${column}" ${what}: a number of 0 or more is expected`, locate(bad));
}
