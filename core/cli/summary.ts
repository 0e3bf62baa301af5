import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { flatten } from '../run/figure-paths.js';
import { inRun } from '../run/folder.js';
import type { PartResult, RunResult } from '../run/result.js';
import type { FinishedRun } from '../run/run.js';
import { foldFigures } from './summary-folds.js';
import { table } from './table.js';

/** What a run ends with on stdout: the figures beside the baselines, and where everything lies. */
export function summarize({ folder, result, details, monitored }: FinishedRun): string {
  const place = relative(process.cwd(), folder) || '.';
  return [
    headline(result),
    ...(result.folds ? ['', foldFigures(result, details)] : []),
    ...(!result.folds && (result.test || result.validation) ? ['', figures(result, details)] : []),
    ...(result.notes.length > 0 ? ['', ...result.notes] : []),
    '',
    ...(existsSync(join(folder, inRun.model)) ? [modelLine(result, place, monitored)] : []),
    `run    ${place} (${result.status === 'completed' ? 'report.html shows it, ' : ''}result.json has all figures)`,
  ].join('\n');
}

function headline({ recipe, status, training, engine, folds }: RunResult): string {
  const time = `${folds ? `${folds.length} folds, ` : ''}${training.steps} steps in ${training.seconds.toFixed(1)} s (${training.stepsPerSecond.toPrecision(3)} steps/s)`;
  const on = engine.tensorflow === null ? engine.name : `${engine.name}, TensorFlow ${engine.tensorflow}`;
  return `${recipe}: ${status}, ${time}, ${on}`;
}

function modelLine({ training, validation }: RunResult, place: string, monitored: boolean): string {
  const { best } = training;
  const why =
    validation === null
      ? 'no validation data'
      : monitored
        ? 'the monitor could not be measured'
        : 'nothing is monitored';
  const kept = best
    ? `epoch ${best.epoch}, ${best.monitor.slice(best.monitor.indexOf('.') + 1)} ${best.value.toFixed(4)}`
    : `the last: ${why}`;
  return `model  ${place}/model (${kept})`;
}

type Judged = Pick<RunResult, 'validation' | 'test'> & Partial<Pick<RunResult, 'baselines' | 'intervals' | 'apart'>>;

/** Rows are metrics, without those of `details`; columns the parts, and the baselines on the test part. */
export function figures(
  { validation, test, apart, baselines, intervals }: Judged,
  details: ReadonlySet<string>,
): string {
  const columns: [string, PartResult][] = [];
  if (validation) columns.push(['validation', validation]);
  if (test) columns.push(['test', test]);
  if (apart?.seen) columns.push(['seen groups', apart.seen.figures]);
  if (apart?.unseen) columns.push(['new groups', apart.unseen.figures]);
  if (baselines?.rawInput) columns.push(['raw input', baselines.rawInput]);
  if (baselines?.untrainedEncoder) columns.push(['untrained', baselines.untrainedEncoder]);
  if (baselines?.majority) columns.push(['majority', baselines.majority]);
  if (baselines?.popularity) columns.push(['popularity', baselines.popularity]);
  const flat = columns.map(([, part]) => flatten(part));
  const names = [...new Set(flat.flatMap((part) => [...part.keys()]))].filter((name) => !details.has(name));
  const sure = intervals?.test ?? intervals?.validation ?? {};
  const between = (name: string): string[] => {
    if (Object.keys(sure).length === 0) return [];
    return [sure[name] ? `${show(sure[name][0])}..${show(sure[name][1])}` : ''];
  };
  const after = test ? columns.findIndex(([name]) => name === 'test') + 1 : 1;
  const insert = (cells: readonly string[], more: readonly string[]) => [
    ...cells.slice(0, after),
    ...more,
    ...cells.slice(after),
  ];
  const rows = names.map((name) => [
    name,
    ...insert(
      flat.map((part) => show(part.get(name))),
      between(name),
    ),
  ]);
  const heads = insert(columns.map(([name]) => name), Object.keys(sure).length > 0 ? ['95%'] : []); // biome-ignore format: one line
  return table([['', ...heads], ...rows]);
}

const show = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : value.toFixed(4);
