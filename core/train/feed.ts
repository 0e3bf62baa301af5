import type { Batches, ItemRows, PairRows, SamplerInstance, State, TripletTable, Yields } from '../contract/index.js';
import { type Batch, labelledBatch, pairBatch, tripletBatch } from '../data/batch.js';
import type { Training, TrainingPool } from '../data/open.js';
import { openStream } from '../random/index.js';
import { type KnownMatches, knownMatches } from './known.js';

/** Where in the sequence of batches a run stands: enough to go on from there. */
export interface FeedPosition {
  /** Passes over the training part that are done. */
  readonly pass: number;
  /** Pools of this pass that are done (a stream has several), and batches of this pool. */
  readonly pool: number;
  readonly batch: number;
}

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
  readonly progress: () => number;
}

/** Batches without end, pass after pass, from a position on. */
export async function* feed(settings: FeedSettings, from: FeedPosition): AsyncGenerator<Fed> {
  for (let pass = from.pass; ; pass++) {
    const start = pass === from.pass ? from : { pass, pool: 0, batch: 0 };
    let given = 0;
    for await (const fed of passOf(settings, start)) {
      given++;
      yield fed;
    }
    if (given === 0 && start.batch === 0 && start.pool === 0) throw new Error('the sampler gave no batch in a whole pass');
  }
}

async function* passOf(settings: FeedSettings, from: FeedPosition): AsyncGenerator<Fed> {
  let held: { readonly fed: Fed } | null = null; // one batch is held back: whether it is the last shows only after it
  for await (const pool of settings.training.pools(from.pass)) {
    if (pool.index < from.pool) continue;
    const batches = sampleOf(settings, pool, from.pass);
    const known = knownMatches(pool.pool);
    const first = pool.index === from.pool ? from.batch : 0;
    for (let index = first; index < batches.count; index++) {
      if (held) yield held.fed;
      const next = { pass: from.pass, pool: pool.index, batch: index + 1 };
      held = { fed: { batch: assemble(settings.yields, pool, batches.batch(index)), known, next, last: false } };
    }
  }
  if (held) yield { ...held.fed, next: { pass: from.pass + 1, pool: 0, batch: 0 }, last: true };
}

function sampleOf(settings: FeedSettings, pool: TrainingPool, pass: number): Batches<Yields> {
  const stream = openStream(settings.seed, `sampler.${pool.index}`);
  return settings.sampler.sample(pool.pool, {
    epoch: pass,
    progress: settings.progress(),
    batchSize: settings.batchSize,
    draw: (key = 0) => stream.draw(pass, key),
    mined: settings.mined,
  });
}

function assemble(yields: Yields, { items, pool }: TrainingPool, rows: PairRows | TripletTable | ItemRows): Batch {
  if (yields === 'pairs') return pairBatch(items, rows as PairRows);
  if (yields === 'triplets') return tripletBatch(items, rows as TripletTable);
  return labelledBatch(items, pool, rows as ItemRows);
}
