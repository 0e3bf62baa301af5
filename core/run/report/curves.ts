import { flatten } from '../figure-paths.js';
import { type Axis, bareAxis, linearAxis } from './charts/axis.js';
import { deviate, deviateAxis } from './charts/deviate.js';
import type { Figure } from './charts/figure.js';
import { histogramChart } from './charts/histogram.js';
import { lineChart, type Points, type Series } from './charts/line.js';
import { scatterChart } from './charts/scatter.js';
import { baselineNames, show } from './figures.js';
import type { MapPoint } from './map.js';
import type { MetricsLine, RunSources } from './sources.js';

const MOST = 400;
const thin = (points: Points): Points =>
  points.filter((_, i) => i % Math.ceil(points.length / MOST) === 0 || i === points.length - 1);
const all = (series: readonly Series[], of: 0 | 1): number[] =>
  series.flatMap(({ points }) => points.map((point) => point[of]));
const ends = (points: Points): string =>
  points.length === 0 ? 'no points' : `from ${show(points[0]![1])} to ${show(points.at(-1)![1])}`;

export function learningCurves({ lines, result }: RunSources): Figure[] {
  const { steps, best } = result.training;
  const kept = best ? `; the model of epoch ${best.epoch} was kept` : '';
  return curvesOf(lines, { steps, monitor: best?.monitor ?? null, kept });
}

/** Loss, and the monitored figure on validation, over the steps. */
export function curvesOf(
  lines: readonly MetricsLine[],
  { steps, monitor, kept }: { readonly steps: number; readonly monitor: string | null; readonly kept: string },
): Figure[] {
  const of = (kind: string): Points =>
    lines.filter((line) => line.kind === kind && line.loss !== undefined).map(({ step, loss }) => [step, loss!]);
  const loss = [
    { name: 'logged step', points: thin(of('step')) },
    { name: 'mean of the epoch', points: thin(of('epoch')) },
  ].filter(({ points }) => points.length > 0);
  const charts = [
    lineChart(
      {
        title: 'Loss',
        description: `Over ${steps} steps, ${ends(loss.at(-1)?.points ?? [])}.`,
        x: linearAxis('step', all(loss, 0), { integers: true }),
        y: linearAxis('loss', all(loss, 1)),
      },
      loss,
    ),
  ];
  if (monitor === null) return charts;
  const [evaluator, metric] = [monitor.slice(0, monitor.indexOf('.')), monitor.slice(monitor.indexOf('.') + 1)];
  const points: Points = lines.flatMap(({ evaluation, step }) => {
    const value = evaluation?.[evaluator]?.[metric];
    return typeof value === 'number' ? [[step, value] as const] : [];
  });
  const series = [{ name: monitor, points: thin(points) }];
  const description = `${ends(points)}${kept}.`;
  return [
    ...charts,
    lineChart(
      {
        title: `${monitor} on validation`,
        description,
        x: linearAxis('step', all(series, 0), { integers: true }),
        y: shareAxis(metric, all(series, 1)),
      },
      series,
    ),
  ];
}

/** Shares stay among 0..1 where all of the values do. */
function shareAxis(label: string, values: readonly number[]): Axis {
  const areShares = values.every((value) => value >= 0 && value <= 1);
  return linearAxis(label, values, areShares ? { within: [0, 1] } : {});
}

export function scoreHistogram({ findings, threshold }: RunSources): Figure[] {
  const { histogram, score } = findings;
  if (!histogram) return [];
  const { edges, same, different } = histogram;
  const mark = threshold && { at: threshold.threshold, text: `threshold ${threshold.threshold.toPrecision(3)}` };
  const series = [
    { name: 'same', shares: same },
    { name: 'different', shares: different },
  ];
  const description = `Shares of same and of different pairs by ${score}${mark ? `; pairs are called the same ${score === 'distance' ? 'below' : 'above'} ${mark.text}` : ''}.`;
  return [
    histogramChart(
      {
        title: `Pairs by ${score}`,
        description,
        x: linearAxis(score, [edges[0]!, edges.at(-1)!], { whole: false }),
        y: linearAxis('share of its pairs', [0, ...same, ...different]),
      },
      { edges, series, mark },
    ),
  ];
}

const nameOf = (name: string): string =>
  name === 'trained' ? 'trained' : baselineNames[name as keyof typeof baselineNames];

export function rocAndDet({ findings, result }: RunSources): Figure[] {
  const series = Object.entries(findings.roc).map(([name, points]) => ({ name: nameOf(name), points }));
  if (series.length === 0) return [];
  const part = findings.part === 'test' ? result.test : result.validation;
  const figures = part ? flatten(part) : new Map<string, number>();
  const share = (label: string): Axis => linearAxis(label, [0, 1]);
  const roc = lineChart(
    {
      title: 'ROC: what is accepted of same and of different pairs',
      description: `Area under the trained curve ${show(figures.get('verification.rocAuc'))}.`,
      x: share('false-accept rate'),
      y: share('true-accept rate'),
    },
    series,
  );
  const det = series.map(({ name, points }) => ({
    name,
    points: points.map(([far, tar]) => [deviate(far), deviate(1 - tar)] as const),
  }));
  const description = `Equal error rate of the trained model ${show(figures.get('verification.equalErrorRate'))}.`;
  return [
    roc,
    lineChart(
      {
        title: 'DET: both errors, on normal deviates',
        description,
        x: deviateAxis('false-accept rate'),
        y: deviateAxis('false-reject rate'),
      },
      det,
    ),
  ];
}

export function recallAtK({ result }: RunSources): Figure[] {
  const parts = [
    ['trained', result.test ?? result.validation] as const,
    ...Object.entries(result.baselines).map(([name, part]) => [nameOf(name), part] as const),
  ];
  const series = parts.flatMap(([name, part]): Series[] => {
    const at = part?.['retrieval']?.['recallAt'] as Readonly<Record<string, number | null>> | undefined;
    const points = Object.entries(at ?? {}).flatMap(([k, value]) =>
      value === null ? [] : [[Number(k), value] as const],
    );
    return points.length > 0 ? [{ name, points }] : [];
  });
  if (series.length === 0) return [];
  const description = series
    .map(({ name, points }) => `${name}: ${points.map(([k, value]) => `${show(value)} at ${k}`).join(', ')}`)
    .join('; ');
  return [
    lineChart(
      {
        title: 'Recall at k: a relevant item among the nearest k',
        description: `${description}.`,
        x: linearAxis('k nearest', [1, ...all(series, 0)], { integers: true }),
        y: shareAxis('share of queries', all(series, 1)),
      },
      series,
    ),
  ];
}

export function calibrationChart({ findings }: RunSources): Figure[] {
  if (!findings.calibration) return [];
  const ideal: Points = [[0, 0], [1, 1]]; // biome-ignore format: two corners
  const series = [
    { name: 'pairs, in ten bins', points: findings.calibration },
    { name: 'as it should be', points: ideal },
  ];
  return [
    lineChart(
      {
        title: 'Calibration',
        description: 'Share of same pairs by the probability that the head gives.',
        x: linearAxis('probability', [0, 1]),
        y: linearAxis('share of same pairs', [0, 1]),
      },
      series,
    ),
  ];
}

export function embeddingMap({ findings }: RunSources): Figure[] {
  const { map } = findings;
  if (!map) return [];
  const percent = map.explained.map((share) => `${Math.round(100 * share)}%`);
  const axis = (label: string, of: 'x' | 'y'): Axis => linearAxis(label, along(map.points, of));
  const plane = scatterChart(
    {
      title: titled('Embeddings', map.points),
      description: `${itemsOf(map.points)} along the two principal components of their embeddings${coloured(map.points)}.`,
      x: axis(`first principal component (${percent[0]} of the variance)`, 'x'),
      y: axis(`second (${percent[1]})`, 'y'),
    },
    map.points,
  );
  return map.neighbourhoods ? [plane, neighbourhoodMap(map.neighbourhoods)] : [plane];
}

function neighbourhoodMap(points: readonly MapPoint[]): Figure {
  return scatterChart(
    {
      title: titled('Neighbourhoods (UMAP)', points),
      description: `${itemsOf(points)} in a plane that keeps who is near to whom${coloured(points)}.`,
      note: 'Who is near to whom means something; how far apart clusters lie, and how large they are, does not.',
      x: bareAxis('no unit', along(points, 'x')),
      y: bareAxis('', along(points, 'y')),
    },
    points,
  );
}

const along = (points: readonly MapPoint[], of: 'x' | 'y'): number[] => points.map((point) => point[of]);
const groupsIn = (points: readonly MapPoint[]): number =>
  new Set(points.map(({ group }) => group).filter((group) => group >= 0)).size;
const titled = (title: string, points: readonly MapPoint[]): string =>
  groupsIn(points) > 0 ? `${title}, a colour for each group` : title;
const coloured = (points: readonly MapPoint[]): string => (groupsIn(points) > 0 ? '; a colour is a group' : '');
const itemsOf = (points: readonly MapPoint[]): string =>
  groupsIn(points) > 0 ? `${points.length} items of ${groupsIn(points)} groups` : `${points.length} items`;
