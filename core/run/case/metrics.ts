import type {
  Accumulator,
  Block,
  BoundDistance,
  Measures,
  NeighbourBlock,
  PairBlock,
  TripletBlock,
} from '../../contract/index.js';
import type { ItemSet, Side } from '../../data/item-set.js';
import type { BoundEvaluator } from '../../evaluate/evaluate.js';
import { neighbourBlocks } from '../../evaluate/neighbours.js';
import { tripletBlocks } from '../../evaluate/triplets.js';
import { fail } from '../../problem/index.js';
import { openStream } from '../../random/index.js';
import { type Figures, figuresOf } from '../result.js';

/** Numbers of one case, by input: `distance` or `score` with `target`, or `embeddings` with `labels`. */
export type MetricInputs = Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;

/**
 * What an evaluator reports on given numbers: pairs by their `distance` (or `score`, larger is more alike) and
 * `target`, neighbours by `embeddings` and `labels` under the distance, or triplets by `anchor`, `positive`, `negative`.
 * Errors: USAGE for other inputs.
 */
export async function evaluateMetric(
  evaluator: BoundEvaluator,
  inputs: MetricInputs,
  distance: BoundDistance,
): Promise<Figures> {
  const accumulator = evaluator.instance.begin({
    threshold: null,
    positive: 'same',
    score: 'distance' in inputs || evaluator.measures !== 'pairs' ? 'distance' : 'value',
    draw: openStream(0, 'case').draw(),
  });
  const add = accumulator.add as (block: PairBlock | NeighbourBlock) => void | Promise<void>;
  if (evaluator.measures === 'pairs') await add(pairBlock(evaluator.name, inputs));
  else if (evaluator.measures === 'neighbours')
    for await (const block of neighbours(evaluator, inputs, distance)) await add(block);
  else if (evaluator.measures === 'triplets') await addTriplets(accumulator, inputs, distance);
  else fail('USAGE', `${evaluator.name} measures embeddings: it cannot be evaluated by itself`);
  return figuresOf(accumulator.result().values, evaluator.metrics);
}

async function addTriplets(
  accumulator: Accumulator<Block<Measures>>,
  inputs: MetricInputs,
  distance: BoundDistance,
): Promise<void> {
  const rows = ['anchor', 'positive', 'negative'].map((name) => inputs[name] as readonly (readonly number[])[]);
  const size = rows[0]!.length;
  const vectors = { values: Float32Array.from(rows.flat(2)), size: 3 * size, dimensions: rows[0]![0]?.length ?? 0 };
  const at = (block: number): Int32Array => Int32Array.from({ length: size }, (_, i) => block * size + i);
  const triplets = { anchor: at(0), positive: at(1), negative: at(2) };
  const add = accumulator.add as (block: TripletBlock) => void | Promise<void>;
  for await (const block of tripletBlocks({ left: vectors, right: vectors }, triplets, distance)) await add(block);
}

function pairBlock(name: string, inputs: MetricInputs): PairBlock {
  const { distance, score, target } = inputs as Readonly<Record<string, readonly number[]>>;
  const given = distance ?? score;
  if (!given || !target || given.length !== target.length) {
    return fail(
      'USAGE',
      `${name} takes distance (or score) and target, of one length; got ${Object.keys(inputs).join(', ')}`,
    );
  }
  const places = Int32Array.from(given, (_, i) => i);
  return {
    score: Float32Array.from(given),
    closeness: Float32Array.from(given, (value) => (distance ? -value : value)),
    target: Float32Array.from(target),
    weight: new Float32Array(given.length).fill(1),
    left: places,
    right: places,
  };
}

function neighbours(
  evaluator: BoundEvaluator,
  inputs: MetricInputs,
  distance: BoundDistance,
): AsyncIterable<NeighbourBlock> {
  const embeddings = inputs['embeddings'] as readonly (readonly number[])[] | undefined;
  const labels = inputs['labels'] as readonly number[] | undefined;
  if (!embeddings || !labels || embeddings.length !== labels.length) {
    return fail(
      'USAGE',
      `${evaluator.name} takes embeddings and labels, of one length; got ${Object.keys(inputs).join(', ')}`,
    );
  }
  const vectors = {
    values: Float32Array.from(embeddings.flat()),
    size: labels.length,
    dimensions: embeddings[0]?.length ?? 0,
  };
  const side: Side = { size: labels.length, gather: () => ({}), key: String };
  const items: ItemSet = {
    left: side,
    right: side,
    groups: Int32Array.from(labels),
    impostorOf: null,
    pairs: null,
    triplets: null,
    column: () => new Int32Array(),
  };
  return neighbourBlocks(items, { left: vectors, right: vectors }, { distance, count: evaluator.neighbours });
}
