import { join } from 'node:path';
import type { Metric } from '../contract/index.js';
import { interval } from '../evaluate/quantiles.js';
import type { Plugin } from '../plugin/define.js';
import { view } from '../plugin/view.js';
import type { Plan } from '../recipe/types.js';
import { type Difference, differences, inRecipe } from './diff.js';
import { flatten } from './figure-paths.js';
import { inRun } from './folder.js';
import { readJson } from './model.js';
import type { ComparedPage } from './report/compare-page.js';
import { type RunSources, readRun } from './report/sources.js';
import type { RunResult } from './result.js';

/** What is said of a figure of two runs. */
export interface Comparison {
  readonly path: string;
  readonly values: readonly [a: number, b: number];
  /** Of b - a, 95%; null where a run has no draws. */
  readonly difference: readonly [low: number, high: number] | null;
  readonly verdict: 'better' | 'worse' | 'no clear difference' | 'not comparable';
}
export interface ComparedRuns {
  readonly a: string;
  readonly b: string;
  /** Whether both were evaluated on the same pairs of the same items: their draws are then paired. */
  readonly paired: boolean;
  readonly comparisons: readonly Comparison[];
}

const part = ({ result }: RunSources) => result.test ?? result.validation ?? {};

/** Compares every run with the first. Errors: RUN_FOLDER. */
export async function compareRuns(
  folders: readonly string[],
  builtIn: readonly Plugin[],
): Promise<readonly ComparedRuns[]> {
  const runs = await Promise.all(folders.map(readRun));
  const contents = await Promise.all(folders.map(contentOf));
  return runs.slice(1).map((run, i) => {
    const paired = contents[0] !== null && contents[0] === contents[i + 1];
    return { a: folders[0]!, b: folders[i + 1]!, paired, comparisons: compareTwo([runs[0]!, run], paired, builtIn) };
  });
}

/** The same, with what a page shows beside the figures. */
export async function comparedPages(
  folders: readonly string[],
  builtIn: readonly Plugin[],
): Promise<readonly ComparedPage[]> {
  const compared = await compareRuns(folders, builtIn);
  const runs = await Promise.all(folders.map(readRun));
  const [first] = runs as [RunSources];
  return compared.map((one, i) => {
    const other = runs[i + 1]!;
    const roc = [first, other].flatMap(({ findings }, which) => {
      const points = findings.roc['trained'];
      return points ? [{ name: which === 0 ? 'A' : 'B', points }] : [];
    });
    return { ...one, roc, differences: differ(first.plan.plan, other.plan.plan) };
  });
}

/** Paths as the longer of the two recipes has them. */
function differ(a: Plan, b: Plan): readonly Difference[] {
  const longest = a.loss.length > b.loss.length ? a : b;
  return differences(a, b).map((one) => ({ ...one, path: inRecipe(one.path, longest) }));
}

/** What a run was evaluated on, in hashes: the pairs, and the items of the part. */
async function contentOf(folder: string): Promise<string | null> {
  const { folds } = ((await readJson(join(folder, inRun.result), null)) ?? {}) as Partial<RunResult>;
  if (folds) {
    const each = await Promise.all(folds.map((fold) => contentOf(join(folder, fold.folder))));
    return each.some((one) => one === null) ? null : each.join(' ');
  }
  const ledger = (await readJson(join(folder, inRun.ledger))) as {
    readonly content: Readonly<Record<string, string | null>>;
    readonly evaluation: { readonly hash: string } | null;
  };
  const items = ledger.content['test'] ?? ledger.content['validation'];
  return ledger.evaluation && items ? `${ledger.evaluation.hash} ${items}` : null;
}

/**
 * Figures of both. On the same items the draws are paired, and their differences are taken one by one; else the two are
 * independent, and draws of one meet those of the other in another order.
 */
function compareTwo(
  [a, b]: readonly [RunSources, RunSources],
  paired: boolean,
  builtIn: readonly Plugin[],
): Comparison[] {
  const [mine, theirs] = [flatten(part(a)), flatten(part(b))];
  return Object.entries(b.findings.draws).flatMap(([path, drawn]): Comparison[] => {
    const values = [mine.get(path), theirs.get(path)];
    const metric = metricOf(path, b, builtIn);
    if (typeof values[0] !== 'number' || typeof values[1] !== 'number' || !metric) return [];
    const difference = differenceOf(a.findings.draws[path], drawn, paired);
    const both = [values[0], values[1]] as const;
    return [{ path, values: both, difference, verdict: verdictOf(difference, metric.better) }];
  });
}

function verdictOf(difference: Comparison['difference'], better: 'higher' | 'lower'): Comparison['verdict'] {
  if (!difference) return 'not comparable';
  const [low, high] = difference;
  if (low <= 0 && high >= 0) return 'no clear difference';
  return low > 0 === (better === 'higher') ? 'better' : 'worse';
}

/** A step that meets every draw of the other run once: two independent sets have no order in common. */
const STRIDE = 7919;

function differenceOf(
  a: readonly (number | null)[] | undefined,
  b: readonly (number | null)[],
  paired: boolean,
): Comparison['difference'] {
  if (!a || (paired && a.length !== b.length)) return null;
  const known = (value: number | null | undefined): number => value ?? Number.NaN; // JSON has no NaN
  const differences = Float64Array.from(
    b,
    (value, i) => known(value) - known(a[paired ? i : (i * STRIDE + 1) % a.length]),
  );
  return interval(differences, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
}

const isEvaluator = (one: Plugin): one is Plugin<'evaluator'> => one.kind === 'evaluator';

function metricOf(path: string, { plan }: RunSources, builtIn: readonly Plugin[]): Metric | undefined {
  const [evaluator, metric] = [path.slice(0, path.indexOf('.')), path.slice(path.indexOf('.') + 1)];
  const plugin = builtIn.find(
    (one): one is Plugin<'evaluator'> => isEvaluator(one) && (view(one).reportedAs ?? one.name) === evaluator,
  );
  const use = plan.plan.evaluate.metrics.find(({ type }) => type === plugin?.name);
  if (!plugin || !use) return undefined;
  const { metrics } = view(plugin);
  return (typeof metrics === 'function' ? metrics(use.options) : metrics)[metric];
}
