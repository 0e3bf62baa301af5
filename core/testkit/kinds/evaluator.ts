import type {
  Accumulator,
  Block,
  EmbeddingBlock,
  EvaluatorResult,
  Measures,
  Metric,
  NeighbourBlock,
  PairBlock,
  TripletBlock,
} from '../../contract/index.js';
import { flaw, flawIf, passed, skip, type Trial, type Verdict } from '../check.js';
import { short } from '../numbers.js';
import type { Subject } from '../subject.js';

const COUNT = 60;
type AnyBlock = Block<Measures>;

/** Known cases: what is perfect is never worse than what is random, and that never worse than what is turned round. */
export function evaluatorTrials(subject: Subject<'evaluator'>): readonly Trial[] {
  return [
    { name: 'reports the metrics that it declares', run: () => names(subject) },
    { name: 'values in their declared range', run: () => ranges(subject) },
    { name: 'perfect is best', run: () => perfectIsBest(subject) },
    { name: 'in blocks as in one', run: () => inBlocks(subject) },
    { name: 'the same each time', run: () => repeats(subject) },
    { name: 'what cannot be measured is NaN with a note', run: () => unmeasurable(subject) },
    { name: 'leaves its inputs as they are', run: () => unchanged(subject) },
  ];
}

const metricsOf = ({ definition, options }: Subject<'evaluator'>): Readonly<Record<string, Metric>> =>
  typeof definition.metrics === 'function' ? definition.metrics(options) : definition.metrics;

async function measure(
  subject: Subject<'evaluator'>,
  blocks: readonly AnyBlock[],
  threshold: number | null = 0.5,
): Promise<EvaluatorResult> {
  const accumulator = subject.create().begin({
    threshold,
    positive: 'same',
    score: 'distance',
    draw: subject.draw('evaluator'),
  }) as Accumulator<AnyBlock>;
  for (const block of blocks) await accumulator.add(block);
  return accumulator.result();
}

type Quality = 'perfect' | 'random' | 'turned round';
const qualities: readonly Quality[] = ['perfect', 'random', 'turned round'];

/** A case of this quality, cut into blocks. */
function blocksOf(subject: Subject<'evaluator'>, quality: Quality, cuts = 1): readonly AnyBlock[] {
  const { measures } = subject.definition;
  const rows = Array.from({ length: COUNT }, (_, row) => row);
  const size = Math.ceil(COUNT / cuts);
  const parts = Array.from({ length: cuts }, (_, cut) => rows.slice(cut * size, (cut + 1) * size));
  if (measures === 'embeddings') return [embeddingBlock(subject, quality)];
  const block = { pairs: pairBlock, neighbours: neighbourBlock, triplets: tripletBlock }[measures];
  return parts.map((part) => block(subject, quality, part));
}

/** Targets 1 and 0 (between them, too, where they may be); the score is the target, anything, or one less it. */
function pairBlock(subject: Subject<'evaluator'>, quality: Quality, rows: readonly number[]): PairBlock {
  const { targets } = subject.definition;
  const draw = subject.draw('scores');
  const noise = Array.from({ length: COUNT }, () => draw.uniform());
  const graded = targets === 'graded' || targets === 'real';
  const target = rows.map((row) => (graded ? (row % 5) / 4 : row % 2));
  const score = rows.map(
    (row, i) => ({ perfect: target[i]!, random: noise[row]!, 'turned round': 1 - target[i]! })[quality],
  );
  return {
    closeness: Float32Array.from(score),
    score: Float32Array.from(score),
    target: Float32Array.from(target),
    weight: new Float32Array(rows.length).fill(1),
    left: Int32Array.from(rows),
    right: Int32Array.from(rows, (row) => row + COUNT),
  };
}

/** Five of fifteen gallery items are relevant: all first, anywhere, all last. */
function neighbourBlock(subject: Subject<'evaluator'>, quality: Quality, queries: readonly number[]): NeighbourBlock {
  const { neighbours = () => Infinity } = subject.definition;
  const [gallery, relevant] = [15, 5];
  const count = Math.min(gallery, neighbours(subject.options));
  const draw = subject.draw('ranks');
  const shuffled = Array.from({ length: COUNT }, () => [
    ...draw.shuffle(Int32Array.from({ length: gallery }, (_, i) => i)),
  ]);
  const orders = queries.map((query) =>
    quality === 'random'
      ? shuffled[query]!
      : Array.from({ length: gallery }, (_, i) => (quality === 'perfect' ? i : gallery - 1 - i)),
  );
  const ranks = orders.map((order) => order.slice(0, count));
  return {
    queries: Int32Array.from(queries),
    count,
    gallery: Int32Array.from(ranks.flat()),
    distances: Float32Array.from(ranks.flatMap((rank) => rank.map((_, i) => i))),
    relevance: Float32Array.from(ranks.flatMap((rank) => rank.map((item) => Number(item < relevant)))),
    relevantTotal: new Int32Array(queries.length).fill(relevant),
    ranks: (query) => orders[query]!.flatMap((item, place) => (item < relevant ? [place + 1] : [])),
    weight: new Float32Array(queries.length).fill(1),
  };
}

/** The positive is nearer in all triplets, in some, in none. */
function tripletBlock(subject: Subject<'evaluator'>, quality: Quality, rows: readonly number[]): TripletBlock {
  const draw = subject.draw('distances');
  const noise = Array.from({ length: COUNT }, () => draw.uniform());
  const near = rows.map((row) => ({ perfect: 0, random: noise[row]!, 'turned round': 1 })[quality]);
  const at = (by: number): Int32Array => Int32Array.from(rows, (row) => row + by * COUNT);
  return {
    near: Float32Array.from(near),
    far: Float32Array.from(near, (value) => 1 - value),
    anchor: at(0),
    positive: at(1),
    negative: at(2),
  };
}

/** Six groups: far apart and tight, anywhere, or each spread over the places of all. */
function embeddingBlock(subject: Subject<'evaluator'>, quality: Quality): EmbeddingBlock {
  const draw = subject.draw('embeddings');
  const groups = Int32Array.from({ length: COUNT }, (_, row) => row % 6);
  const place = (row: number): number =>
    ({ perfect: 10 * groups[row]!, random: 0, 'turned round': 10 * ((groups[row]! + Math.floor(row / 6)) % 6) })[
      quality
    ];
  const embeddings = Float32Array.from(
    { length: COUNT * 2 },
    (_, i) => (i % 2 === 0 ? place(Math.floor(i / 2)) : 0) + (quality === 'random' ? 5 : 0.01) * draw.normal(),
  );
  return {
    embeddings,
    groups,
    dimensions: 2,
    column: () => new Int32Array(COUNT),
    distance: async (a, b, rowsA, rowsB) => euclideanMatrix([a, rowsA], [b, rowsB]),
  };
}

function euclideanMatrix(
  [a, rowsA]: readonly [Float32Array, number],
  [b, rowsB]: readonly [Float32Array, number],
): Float32Array {
  return Float32Array.from({ length: rowsA * rowsB }, (_, i) => {
    const [row, column] = [Math.floor(i / rowsB), i % rowsB];
    return Math.hypot(a[2 * row]! - b[2 * column]!, a[2 * row + 1]! - b[2 * column + 1]!);
  });
}

async function names(subject: Subject<'evaluator'>): Promise<Verdict> {
  const metrics = metricsOf(subject);
  if (Object.keys(metrics).length === 0) return flaw('it declares no metrics');
  const { values } = await measure(subject, blocksOf(subject, 'random'));
  const unknown = Object.keys(values).find((name) => !(name in metrics));
  if (unknown !== undefined) return flaw(`it reports ${unknown}, which it does not declare`);
  const missing = Object.keys(metrics).find((name) => !(name in values));
  return missing === undefined
    ? passed
    : flaw(`it declares ${missing} and does not report it; NaN is for what cannot be measured`);
}

async function ranges(subject: Subject<'evaluator'>): Promise<Verdict> {
  for (const quality of qualities) {
    const { values } = await measure(subject, blocksOf(subject, quality));
    for (const [name, { range }] of Object.entries(metricsOf(subject))) {
      const value = values[name] ?? Number.NaN;
      if (value < range[0] - 1e-9 || value > range[1] + 1e-9)
        return flaw(`on ${quality} scores ${name} is ${short(value)}, outside [${range.join(', ')}]`);
    }
    subject.record(
      quality,
      Object.values(values).filter((value) => Number.isFinite(value)),
    );
  }
  return passed;
}

async function perfectIsBest(subject: Subject<'evaluator'>): Promise<Verdict> {
  const [perfect, random, wrong] = await Promise.all(
    qualities.map(async (quality) => (await measure(subject, blocksOf(subject, quality))).values),
  );
  let told = false;
  for (const [name, { better }] of Object.entries(metricsOf(subject))) {
    const [best, middle, worst] = [perfect![name]!, random![name]!, wrong![name]!].map((value) =>
      better === 'higher' ? value : -value,
    ) as [number, number, number];
    const words = (value: number): string => short(better === 'higher' ? value : -value);
    if (best < middle - 1e-9 || best < worst - 1e-9) {
      return flaw(
        `${name} is said to be better ${better}, but perfect scores have ${words(best)}, random ones ${words(middle)}, wrong ones ${words(worst)}`,
      );
    }
    told ||= best > worst;
  }
  return told ? passed : flaw('no metric tells perfect scores from wrong ones');
}

async function inBlocks(subject: Subject<'evaluator'>): Promise<Verdict> {
  if (subject.definition.measures === 'embeddings') return skip('embeddings come in one block');
  const [one, many] = [
    await measure(subject, blocksOf(subject, 'random')),
    await measure(subject, blocksOf(subject, 'random', 7)),
  ];
  const name = differs(one.values, many.values, 1e-6);
  return flawIf(
    name === null
      ? null
      : `${name} is ${short(one.values[name]!)} in one block and ${short(many.values[name]!)} in seven`,
  );
}

const differs = (a: EvaluatorResult['values'], b: EvaluatorResult['values'], tolerance: number): string | null =>
  Object.keys(a).find((name) => !Object.is(a[name], b[name]) && !(Math.abs(a[name]! - b[name]!) <= tolerance)) ?? null;

async function repeats(subject: Subject<'evaluator'>): Promise<Verdict> {
  const [one, other] = [
    await measure(subject, blocksOf(subject, 'random')),
    await measure(subject, blocksOf(subject, 'random')),
  ];
  const name = differs(one.values, other.values, 0);
  return flawIf(name === null ? null : `${name} is ${short(one.values[name]!)}, then ${short(other.values[name]!)}`);
}

async function unmeasurable(subject: Subject<'evaluator'>): Promise<Verdict> {
  const { values, notes = [] } = await measure(subject, [], null);
  const wrong = Object.entries(values).find(([, value]) => Number.isFinite(value) === false && !Number.isNaN(value));
  if (wrong) return flaw(`of no data ${wrong[0]} is ${wrong[1]}`);
  const missing = Object.entries(values)
    .filter(([, value]) => Number.isNaN(value))
    .map(([name]) => name);
  return missing.length > 0 && notes.length === 0
    ? flaw(`of no data ${missing[0]} is NaN without a note that says why`)
    : passed;
}

async function unchanged(subject: Subject<'evaluator'>): Promise<Verdict> {
  const blocks = blocksOf(subject, 'random');
  const before = JSON.stringify(blocks);
  await measure(subject, blocks);
  return JSON.stringify(blocks) === before ? passed : flaw('it changes a block that it is given');
}
