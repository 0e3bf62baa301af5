import type { Draw, Score } from '../../contract/index.js';
import type { ItemSet } from '../../data/item-set.js';
import { selectedRows } from '../../evaluate/catalogue.js';
import { type Embedder, embedSide } from '../../evaluate/embed.js';
import type { BoundEvaluator, Evaluation } from '../../evaluate/evaluate.js';
import { openStream } from '../../random/index.js';
import type { AssessedBaseline } from '../baselines.js';
import type { Session } from '../session.js';
import { type Histogram, histogramOf } from './histogram.js';
import { type ShownItem, showItem } from './item.js';
import { type EmbeddingMap, mapItems } from './map.js';
import type { Found, Nearest, Observed } from './observe.js';

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
  /** Share of queries whose nearest item is right, by group, the worst first. */
  readonly groups: readonly {
    readonly group: number;
    readonly name?: string;
    readonly queries: number;
    readonly right: number;
  }[];
  readonly map: EmbeddingMap | null;
  /** Figures under the draws of the bootstrap, by path, null where one could not be measured: to compare runs by. */
  readonly draws: Readonly<Record<string, readonly (number | null)[]>>;
}

interface Finding {
  readonly session: Session;
  readonly seed: number;
  readonly shown: Observed;
  readonly judgement: Evaluation | null;
  readonly baselines: readonly AssessedBaseline[];
  readonly evaluators: readonly BoundEvaluator[];
}

const [PAIRS, GROUPS, POINTS] = [6, 20, 1000];

export async function findingsOf(finding: Finding): Promise<Findings> {
  const { session, shown, judgement, evaluators, seed } = finding;
  const draw = openStream(seed, 'report').draw();
  const part = session.test ?? session.validation;
  const score = session.network.head.produces;
  return {
    format: 1,
    part: session.test ? 'test' : session.validation ? 'validation' : null,
    score,
    roc: rocCurves(finding),
    calibration: judgement?.['verification']?.curves?.['calibration'] ?? null,
    histogram: histogramOf(shown.pairs),
    hardest: { same: hardest(finding, true), different: hardest(finding, false) },
    neighbours: shown.neighbours.map((found) => showNeighbours(session, found)),
    groups: worstGroups(shown.nearest, part?.items.groups ?? null, session.data.groupNames),
    map: part && (await mapOf(part.items, session.judged().left, draw)),
    draws: judgement ? drawsOf(judgement, evaluators) : {},
  };
}

/** Of some drawn items, which alone are embedded. */
async function mapOf({ left, groups }: ItemSet, embedder: Embedder, draw: Draw): Promise<EmbeddingMap | null> {
  if (left.size < 3) return null;
  const rows = draw.sample(Math.min(POINTS, left.size), left.size).sort();
  const vectors = await embedSide(selectedRows(left, rows), embedder);
  return mapItems(vectors, { groups: Array.from(rows, (row) => groups?.[row] ?? -1), draw });
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

function hardest({ session, shown }: Finding, same: boolean): ShownPair[] {
  const part = session.test ?? session.validation;
  if (!part) return [];
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
    left: show(session, 'left', left),
    right: show(session, 'right', right),
    score,
  }));
}

function show({ data, test, validation }: Session, which: 'left' | 'right', row: number): ShownItem {
  const items = (test ?? validation)!.items;
  const fitted = data.fitted as Readonly<Record<string, unknown>>;
  const own = 'fields' in fitted ? fitted : fitted[which];
  const side = items[which];
  if (row >= side.size) return { key: 'an item of training', image: null, words: '' };
  return showItem({ side, inputs: data.inputs[which], fitted: own as never }, row);
}

function showNeighbours(session: Session, { query, rows, relevant, distances }: Found): ShownNeighbours {
  const found = rows.map((row, i) => ({
    item: show(session, 'right', row),
    right: relevant[i]!,
    distance: distances[i]!,
  }));
  return { query: show(session, 'left', query), found };
}

function worstGroups(
  nearest: readonly Nearest[],
  groups: Int32Array | null,
  names: readonly string[] | null,
): Findings['groups'] {
  if (!groups) return [];
  const counted = new Map<number, { queries: number; right: number }>();
  for (const { query, right } of nearest) {
    const count = counted.get(groups[query]!) ?? { queries: 0, right: 0 };
    counted.set(groups[query]!, { queries: count.queries + 1, right: count.right + Number(right) });
  }
  const all = [...counted].map(([group, { queries, right }]) => {
    const name = names?.[group];
    return { group, ...(name === undefined ? {} : { name }), queries, right: right / queries };
  });
  return all.sort((a, b) => a.right - b.right || b.queries - a.queries).slice(0, GROUPS);
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
