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

/** Paths of the figures by which models are compared, the monitored one first. */
function headlines(evaluators: AssessSettings['evaluators'], monitor: string | null): readonly string[] {
  const shown = evaluators.flatMap(({ name, metrics }) =>
    Object.entries(metrics).flatMap(([metric, { detail }]) => (detail ? [] : [`${name}.${metric}`])),
  );
  return monitor === null ? shown : [monitor, ...shown];
}

interface Compared {
  readonly trained: Evaluation;
  readonly baselines: readonly AssessedBaseline[];
  readonly evaluators: AssessSettings['evaluators'];
  readonly monitor: string | null;
}

/**
 * A sentence for every baseline that the trained model does not clearly beat on test: where the 95% interval of the
 * difference, over the same draws of groups, reaches 0 (without intervals, where the figure is no better). Compared by
 * the monitored figure, else by the first that both have.
 */
export function notBeaten({ trained, baselines, evaluators, monitor }: Compared): readonly string[] {
  return baselines.flatMap((baseline): string[] => {
    if ('problem' in baseline) return [];
    const path = headlines(evaluators, monitor).find(
      (one) => figure(trained, one) !== null && figure(baseline.evaluation, one) !== null,
    );
    if (path === undefined) return [];
    const better = betterOf(evaluators, path);
    if (isBeaten(trained, baseline.evaluation, { path, better })) return [];
    const told = `${show(trained, path)} against ${show(baseline.evaluation, path)}`;
    return [`warning: on test the trained model does not clearly beat ${words[baseline.name]}: ${path} ${told}`];
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
