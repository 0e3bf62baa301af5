import type {
  Batches,
  Draw,
  ItemRows,
  PairRows,
  SamplerInstance,
  State,
  TripletTable,
  Yields,
} from '../contract/index.js';
import { augmentBatch, type HostAugmentation, type HostAugmenting } from '../data/augment.js';
import { type Batch, labelledBatch, pairBatch, tripletBatch } from '../data/batch.js';
import type { Training, TrainingPool } from '../data/open.js';
import { fail, guarded } from '../problem/index.js';
import { openStream } from '../random/index.js';
import { type KnownMatches, knownMatches } from './known.js';

/** Where in the sequence of batches a run stands: enough to go on from there. */
export interface FeedPosition {
  /** Passes over the training part that are done. */
  readonly pass: number;
  /** Pools of this pass that are done (a stream has several), and batches of this pool. */
  readonly pool: number;
  readonly batch: number;
  /** Batches that were given before this pool was begun: what its sampler was told of the progress. */
  readonly begun: number;
}
export const feedStart: FeedPosition = { pass: 0, pool: 0, batch: 0, begun: 0 };

export interface Fed {
  readonly batch: Batch;
  readonly known: KnownMatches;
  /** Position after this batch. */
  readonly next: FeedPosition;
  /** Whether this batch ends a pass. */
  readonly last: boolean;
}

export interface FeedSettings {
  readonly training: Training;
  readonly sampler: SamplerInstance<Yields>;
  readonly yields: Yields;
  readonly batchSize: number;
  readonly seed: number;
  readonly mined: State | null;
  /** Augmentations on the host; inputs of the encoders, whose values they change. */
  readonly augmentations: readonly HostAugmentation[];
  readonly inputs: HostAugmenting['inputs'];
  /** Share of the training that is done after so many batches. */
  readonly progress: (batches: number) => number;
}

/** Batches without end, pass after pass, from a position on. Errors: SAMPLER, where a whole pass gives none. */
export async function* feed(settings: FeedSettings, from: FeedPosition): AsyncGenerator<Fed> {
  for (let start = from; ; ) {
    let end: FeedPosition | null = null;
    for await (const fed of passOf(settings, start)) {
      end = fed.next;
      yield fed;
    }
    start = end ?? fail('SAMPLER', 'the sampler gave no batch in a whole pass over the training part');
  }
}

/** One batch is held back: whether it is the last shows only after it. */
async function* passOf(settings: FeedSettings, from: FeedPosition): AsyncGenerator<Fed> {
  let held: Fed | null = null;
  let { begun } = from;
  for await (const pool of settings.training.pools(from.pass)) {
    if (pool.index < from.pool) continue;
    const batches = sampleOf(settings, pool, { pass: from.pass, begun });
    const at = { pass: from.pass, pool: pool.index, batch: pool.index === from.pool ? from.batch : 0, begun };
    for (const fed of batchesOf(settings, { pool, batches }, at)) {
      if (held) yield held;
      held = fed;
    }
    begun += batches.count;
  }
  if (held) yield { ...held, next: { pass: from.pass + 1, pool: 0, batch: 0, begun }, last: true };
}

interface Sampled {
  readonly pool: TrainingPool;
  readonly batches: Batches<Yields>;
}

function* batchesOf(settings: FeedSettings, { pool, batches }: Sampled, from: FeedPosition): Generator<Fed> {
  const known = knownMatches(pool.pool, pool.items.left === pool.items.right);
  for (let index = from.batch; index < batches.count; index++) {
    const chosen = assemble(
      settings.yields,
      pool,
      guarded('the sampler', () => batches.batch(index)),
    );
    const batch = augmentBatch(chosen, {
      ...settings,
      draw: (name) => drawAt(settings.seed, name, { ...from, batch: index }),
    });
    yield { batch, known, next: { ...from, batch: index + 1 }, last: false };
  }
}

/** Keyed by where the batch stands, so that a resumed run draws the same. */
const drawAt = (seed: number, name: string, { pass, pool, batch }: FeedPosition): Draw =>
  openStream(seed, `${name}.${pool}`).draw(pass, batch);

function sampleOf(
  settings: FeedSettings,
  pool: TrainingPool,
  { pass, begun }: { readonly pass: number; readonly begun: number },
): Batches<Yields> {
  const stream = openStream(settings.seed, `sampler.${pool.index}`);
  const sampling = {
    epoch: pass,
    progress: settings.progress(begun),
    batchSize: settings.batchSize,
    draw: (key = 0) => stream.draw(pass, key),
    mined: settings.mined,
  };
  return guarded('the sampler', () => settings.sampler.sample(pool.pool, sampling));
}

function assemble(yields: Yields, { items }: TrainingPool, rows: PairRows | TripletTable | ItemRows): Batch {
  if (yields === 'pairs') return pairBatch(items, rows as PairRows);
  if (yields === 'triplets') return tripletBatch(items, rows as TripletTable);
  return labelledBatch(items, rows as ItemRows);
}
