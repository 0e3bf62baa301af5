import type { Draw, Score } from '../../contract/index.js';
import type { ItemSet } from '../../data/item-set.js';
import { rowsBeyond, selectedRows } from '../../evaluate/catalogue.js';
import { type Embedder, embedSide } from '../../evaluate/embed.js';
import type { BoundEvaluator, Evaluation } from '../../evaluate/evaluate.js';
import { openStream } from '../../random/index.js';
import type { AssessedBaseline } from '../baselines.js';
import type { Session } from '../session.js';
import { type GroupFigures, worstGroups } from './groups.js';
import { type Histogram, histogramOf } from './histogram.js';
import { type ShownItem, showItem } from './item.js';
import { type EmbeddingMap, mapItems } from './map.js';
import { mapNeighbours } from './neighbour-map.js';
import type { Found, Observed } from './observe.js';

export interface ShownPair {
  readonly left: ShownItem;
  readonly right: ShownItem;
  readonly score: number;
}
export interface ShownNeighbours {
  readonly query: ShownItem;
  readonly found: readonly { readonly item: ShownItem; readonly right: boolean; readonly distance: number }[];
}
type Curve = readonly (readonly [number, number])[];

/** evaluation.json: what the report shows beside the figures of result.json. Of test, else of validation. */
export interface Findings {
  readonly format: 1;
  readonly part: 'test' | 'validation' | null;
  readonly score: Score;
  /** ROC curves of verification: [false-accept rate, true-accept rate]. */
  readonly roc: Readonly<Record<string, Curve>>;
  readonly calibration: Curve | null;
  readonly histogram: Histogram | null;
  /** Same pairs that look different, and different ones that look the same. */
  readonly hardest: { readonly same: readonly ShownPair[]; readonly different: readonly ShownPair[] };
  readonly neighbours: readonly ShownNeighbours[];
  /** Of one table with groups, the worst first. */
  readonly groups: readonly GroupFigures[];
  readonly map: EmbeddingMap | null;
  /** What each figure is, by path. Absent in runs of older versions. */
  readonly meanings?: Readonly<Record<string, string>>;
  /** Figures under the draws of the bootstrap, by path, null where one could not be measured: to compare runs by. */
  readonly draws: Readonly<Record<string, readonly (number | null)[]>>;
}

interface Finding {
  readonly session: Session;
  readonly seed: number;
  readonly shown: Observed;
  /** On closeness; null: none was chosen. */
  readonly threshold: number | null;
  readonly judgement: Evaluation | null;
  readonly baselines: readonly AssessedBaseline[];
  readonly evaluators: readonly BoundEvaluator[];
}

const [PAIRS, POINTS] = [6, 1000];

export async function findingsOf(finding: Finding): Promise<Findings> {
  const { session, shown, judgement, evaluators, seed } = finding;
  const draw = openStream(seed, 'report').draw();
  const part = session.test ?? session.validation;
  const score = session.network.head.produces;
  const look = showing(session);
  return {
    format: 1,
    part: session.test ? 'test' : session.validation ? 'validation' : null,
    score,
    roc: rocCurves(finding),
    calibration: judgement?.['verification']?.curves?.['calibration'] ?? null,
    histogram: histogramOf(shown.pairs),
    hardest: { same: hardest(shown, look, true), different: hardest(shown, look, false) },
    neighbours: shown.neighbours.map((found) => showNeighbours(look, found)),
    groups: groupsOf(finding),
    map: part && (await mapOf(part.items, session.judged().left, draw)),
    meanings: Object.fromEntries(evaluators.flatMap(meaningsOf)),
    draws: judgement ? drawsOf(judgement, evaluators) : {},
  };
}

const meaningsOf = ({ name, metrics }: BoundEvaluator): readonly (readonly [string, string])[] =>
  Object.entries(metrics).map(([metric, { description }]) => [`${name}.${metric}`, description] as const);

/** Of some drawn items, which alone are embedded. */
async function mapOf({ left, groups }: ItemSet, embedder: Embedder, draw: Draw): Promise<EmbeddingMap | null> {
  if (left.size < 3) return null;
  const rows = draw.sample(Math.min(POINTS, left.size), left.size).sort();
  const vectors = await embedSide(selectedRows(left, rows), embedder);
  const own = Array.from(rows, (row) => groups?.[row] ?? -1);
  const map = mapItems(vectors, { groups: own, draw });
  const plane = await mapNeighbours(vectors, draw);
  if (!plane) return map;
  return { ...map, neighbourhoods: plane.map(({ x, y, row }) => ({ x, y, group: own[row]! })) };
}

function rocCurves({ judgement, baselines }: Finding): Record<string, Curve> {
  const curves: Record<string, Curve> = {};
  const keep = (name: string, evaluation: Evaluation | null): void => {
    const curve = evaluation?.['verification']?.curves?.['roc'];
    if (curve) curves[name] = thinned(curve);
  };
  keep('trained', judgement);
  for (const one of baselines) if ('evaluation' in one && one.name !== 'majority') keep(one.name, one.evaluation);
  return curves;
}

/** At most 300 corners: evenly, and densely where few are accepted, which DET curves show. */
function thinned(curve: Curve): Curve {
  const every = Math.ceil(curve.length / 200);
  return curve.filter((_, i) => i < 100 || i % every === 0 || i === curve.length - 1);
}

function hardest(shown: Observed, look: Showing, same: boolean): ShownPair[] {
  if (!look.session.test && !look.session.validation) return [];
  const candidates = shown.pairs.flatMap((block) =>
    Array.from(block.target, (target, i) => ({
      is: target >= 0.5,
      near: block.closeness[i]!,
      score: block.score[i]!,
      left: block.left[i]!,
      right: block.right[i]!,
    })),
  );
  const sorted = candidates.filter(({ is }) => is === same).sort((a, b) => (same ? a.near - b.near : b.near - a.near));
  return sorted.slice(0, PAIRS).map(({ left, right, score }) => ({
    left: show(look, 'left', left),
    right: show(look, 'right', right),
    score,
  }));
}

/** A session, and the rows of training that stand behind those of the part. */
interface Showing {
  readonly session: Session;
  readonly beyond: readonly number[];
}

function showing(session: Session): Showing {
  const part = session.test ?? session.validation;
  return { session, beyond: part && session.training ? rowsBeyond(part.items, session.training) : [] };
}

function show({ session, beyond }: Showing, which: 'left' | 'right', row: number): ShownItem {
  const { data, test, validation, training } = session;
  const own = (test ?? validation)!.items[which];
  const fitted = data.fitted as Readonly<Record<string, unknown>>;
  const looking = { inputs: data.inputs[which], fitted: ('fields' in fitted ? fitted : fitted[which]) as never };
  return row < own.size
    ? showItem({ side: own, ...looking }, row)
    : showItem({ side: training!.right, ...looking }, beyond[row - own.size]!);
}

function showNeighbours(look: Showing, { query, rows, relevant, distances }: Found): ShownNeighbours {
  const found = rows.map((row, i) => ({
    item: show(look, 'right', row),
    right: relevant[i]!,
    distance: distances[i]!,
  }));
  return { query: show(look, 'left', query), found };
}

function groupsOf({ session, shown, threshold }: Finding): readonly GroupFigures[] {
  const groups = (session.test ?? session.validation)?.items.groups;
  return groups ? worstGroups({ ...shown, groups, names: session.data.groupNames, threshold }) : [];
}

function drawsOf(judgement: Evaluation, evaluators: readonly BoundEvaluator[]): Record<string, (number | null)[]> {
  const shown = evaluators.flatMap(({ name, metrics }) =>
    Object.entries(judgement[name]?.resamples ?? {}).flatMap(([metric, draws]) =>
      metrics[metric]?.detail || Number.isNaN(judgement[name]!.values[metric])
        ? []
        : [[`${name}.${metric}`, draws] as const],
    ),
  );
  return Object.fromEntries(
    shown.map(([path, draws]) => [
      path,
      Array.from(draws, (one) => (Number.isNaN(one) ? null : Number(one.toPrecision(7)))),
    ]),
  );
}
