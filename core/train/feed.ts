import type {
  Batches,
  Draw,
  ItemRows,
  PairRows,
  SamplerInstance,
  Sampling,
  TripletTable,
  Yields,
} from '../contract/index.js';
import { augmentBatch, type HostAugmentation, type HostAugmenting } from '../data/augment.js';
import { type Batch, labelledBatch, pairBatch, tripletBatch } from '../data/batch.js';
import type { ItemSet } from '../data/item-set.js';
import type { Training, TrainingPool } from '../data/open.js';
import { fail, guarded } from '../problem/index.js';
import { openStream } from '../random/index.js';
import { requireBatches, requireRows } from './batch-rows.js';
import { type KnownMatches, knownMatches } from './known.js';
import type { Mining } from './mining.js';

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
  /** The items that its rows name. */
  readonly items: ItemSet;
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
  /** null: the sampler does not mine. */
  readonly mining: Mining | null;
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

/**
 * The last batch of a pool is held back: whether it is the last of all shows only after it. No other is made ahead, since
 * what is mined before a batch depends on the steps before it.
 */
async function* passOf(settings: FeedSettings, from: FeedPosition): AsyncGenerator<Fed> {
  let held: Fed | null = null;
  let { begun } = from;
  for await (const pool of settings.training.pools(from.pass, from.pool)) {
    if (pool.index < from.pool) continue;
    const at = { pass: from.pass, pool: pool.index, batch: pool.index === from.pool ? from.batch : 0, begun };
    const batches = new Sampled(settings, pool, at);
    if (held && batches.count > 0) {
      yield held;
      held = null;
    }
    for await (const fed of batches.rest()) {
      if (fed.next.batch === batches.count) held = fed;
      else yield fed;
    }
    begun += batches.count;
  }
  if (held) yield { ...held, next: { pass: from.pass + 1, pool: 0, batch: 0, begun }, last: true };
}

/** The batches of a pool from a position on, sampled anew wherever something was mined: as many as before. */
class Sampled {
  #batches: Batches<Yields>;
  readonly #settings: FeedSettings;
  readonly #pool: TrainingPool;
  readonly #from: FeedPosition;
  readonly #sampling: Omit<Sampling, 'mined'>;
  constructor(settings: FeedSettings, pool: TrainingPool, from: FeedPosition) {
    this.#settings = settings;
    this.#pool = pool;
    this.#from = from;
    this.#sampling = samplingAt(settings, from);
    settings.mining?.enter(from.batch);
    this.#batches = this.#sample();
  }

  get count(): number {
    return this.#batches.count;
  }

  async *rest(): AsyncGenerator<Fed> {
    const { mining } = this.#settings;
    const known = knownMatches(this.#pool.pool, this.#pool.items.left === this.#pool.items.right);
    for (let index = this.#from.batch; index < this.count; index++) {
      const point = { epoch: this.#from.pass, step: this.#from.begun + index, batch: index };
      if (mining && (await mining.before(this.#pool, point, this.#sampling))) this.#batches = this.#sample();
      const next = { ...this.#from, batch: index + 1 };
      yield { batch: this.#make(index), items: this.#pool.items, known, next, last: false };
    }
  }

  #make(index: number): Batch {
    const { seed, yields } = this.#settings;
    const rows = guarded('the sampler', () => this.#batches.batch(index));
    const { size, rightSize } = this.#pool.pool;
    requireRows(rows, { size, rightSize, yields });
    return augmentBatch(assemble(yields, this.#pool, rows), {
      ...this.#settings,
      draw: (name) => drawAt(seed, name, { ...this.#from, batch: index }),
    });
  }

  #sample(): Batches<Yields> {
    const sampling = { ...this.#sampling, mined: this.#settings.mining?.state ?? null };
    return requireBatches(guarded('the sampler', () => this.#settings.sampler.sample(this.#pool.pool, sampling)));
  }
}

/** Keyed by where the batch stands, so that a resumed run draws the same. */
const drawAt = (seed: number, name: string, { pass, pool, batch }: FeedPosition): Draw =>
  openStream(seed, `${name}.${pool}`).draw(pass, batch);

function samplingAt(settings: FeedSettings, { pass, pool, begun }: FeedPosition): Omit<Sampling, 'mined'> {
  const stream = openStream(settings.seed, `sampler.${pool}`);
  return {
    epoch: pass,
    progress: settings.progress(begun),
    batchSize: settings.batchSize,
    draw: (key = 0) => stream.draw(pass, key),
  };
}

function assemble(yields: Yields, { items }: TrainingPool, rows: PairRows | TripletTable | ItemRows): Batch {
  if (yields === 'pairs') return pairBatch(items, rows as PairRows);
  if (yields === 'triplets') return tripletBatch(items, rows as TripletTable);
  return labelledBatch(items, rows as ItemRows);
}
