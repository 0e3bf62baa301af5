import type { Evaluation } from '../evaluate/evaluate.js';
import { interval } from '../evaluate/quantiles.js';
import type { AssessSettings } from './assess.js';
import type { AssessedBaseline } from './baselines.js';

const words = {
  rawInput: 'the raw input',
  untrainedEncoder: 'the untrained encoder',
  majority: 'the same answer for every pair',
  popularity: 'the most popular items',
} as const;

/** By what models are compared: of each evaluator the monitored figure, else its first that both have. */
function headlines({ trained, evaluators, monitor }: Compared, baseline: Evaluation): readonly string[] {
  return evaluators.flatMap(({ name, metrics }): string[] => {
    const shown = Object.entries(metrics).flatMap(([metric, { detail }]) => (detail ? [] : [`${name}.${metric}`]));
    const first = monitor?.startsWith(`${name}.`) ? [monitor, ...shown] : shown;
    const path = first.find((one) => figure(trained, one) !== null && figure(baseline, one) !== null);
    return path === undefined ? [] : [path];
  });
}

interface Compared {
  readonly trained: Evaluation;
  readonly baselines: readonly AssessedBaseline[];
  readonly evaluators: AssessSettings['evaluators'];
  readonly monitor: string | null;
}

/**
 * A sentence for every baseline that the trained model does not clearly beat on test: where the 95% interval of the
 * difference, over the same draws of groups, reaches 0 (without intervals, where the figure is no better). What one
 * evaluator asks may be answered by the raw input where another's is not.
 */
export function notBeaten(compared: Compared): readonly string[] {
  const { trained, baselines, evaluators } = compared;
  return baselines.flatMap((baseline): string[] => {
    if ('problem' in baseline) return [];
    const { evaluation } = baseline;
    const open = headlines(compared, evaluation).filter(
      (path) => !isBeaten(trained, evaluation, { path, better: betterOf(evaluators, path) }),
    );
    if (open.length === 0) return [];
    const told = open.map((path) => `${path} ${show(trained, path)} against ${show(evaluation, path)}`).join('; ');
    return [`warning: on test the trained model does not clearly beat ${words[baseline.name]}: ${told}`];
  });
}

const parts = (path: string): readonly [string, string] => {
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
};

function figure(evaluation: Evaluation, path: string): number | null {
  const [evaluator, metric] = parts(path);
  const value = evaluation[evaluator]?.values[metric];
  return value === undefined || Number.isNaN(value) ? null : value;
}

function betterOf(evaluators: AssessSettings['evaluators'], path: string): 1 | -1 {
  const [evaluator, metric] = parts(path);
  return evaluators.find(({ name }) => name === evaluator)?.metrics[metric]?.better === 'lower' ? -1 : 1;
}

function isBeaten(
  trained: Evaluation,
  baseline: Evaluation,
  { path, better }: { readonly path: string; readonly better: 1 | -1 },
): boolean {
  const [evaluator, metric] = parts(path);
  const [a, b] = [trained, baseline].map((one) => one[evaluator]?.resamples?.[metric]);
  const gain = better * (figure(trained, path)! - figure(baseline, path)!);
  if (!a || !b) return gain > 0;
  const differences = a.map((value, i) => better * (value - b[i]!));
  const between = interval(differences, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  return between === null ? gain > 0 : between[0] > 0;
}

function show(evaluation: Evaluation, path: string): string {
  const [evaluator, metric] = parts(path);
  const between = evaluation[evaluator]?.intervals?.[metric];
  const value = figure(evaluation, path)!.toFixed(4);
  return between ? `${value} (95%: ${between[0].toFixed(4)} to ${between[1].toFixed(4)})` : value;
}
