import type {
  BoundDistance,
  Embedded,
  MiningPoint,
  SamplerInstance,
  Sampling,
  State,
  Yields,
} from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import type { TrainingPool } from '../data/open.js';
import { type EmbeddedItems, embedItems } from '../evaluate/embed.js';
import { askedAtOnce, Measured } from '../evaluate/measured.js';
import { nearestPlaces } from '../evaluate/nearest.js';
import type { Pause } from '../evaluate/pause.js';
import { fail, guarded, ProblemError } from '../problem/index.js';
import { keptState } from './kept-state.js';
import type { Network } from './network.js';

/** What the network must tell of itself to be mined with. */
export type MinedNetwork = Pick<Network, 'left' | 'right' | 'distance'>;

/** What the sampler's `mine` last returned, kept up to date between batches. */
export interface Mining {
  /** What batches are drawn from now; a checkpoint holds it. */
  readonly state: State | null;
  /** A pool is entered at this batch. What was mined on one buffer of a stream means nothing in the next. */
  enter(batch: number): void;
  /** Mines where it is due before the batch at this point. Whether it did: then batches must be sampled anew. */
  before(pool: TrainingPool, at: MiningPoint, sampling: Omit<Sampling, 'mined'>): Promise<boolean>;
}

/** Errors: PLUGIN_FAILED, where the sampler's own code throws. */
export function openMining(settings: {
  readonly sampler: SamplerInstance<Yields>;
  readonly network: MinedNetwork;
  /** Brings the network's weights up to date. */
  readonly settle: () => void;
  readonly access: 'random' | 'stream';
  /** What a checkpoint held. */
  readonly from: State | null;
  /** Awaited between blocks; throws where the run was interrupted. */
  readonly pause?: Pause;
}): Mining {
  const { sampler, network, access, settle, pause = async () => {} } = settings;
  let state = settings.from;
  return {
    get state() {
      return state;
    },
    enter(batch) {
      if (batch === 0 && access === 'stream') state = null;
    },
    async before(pool, at, sampling) {
      const { mine } = sampler;
      if (!mine || !guarded('the sampler', () => mine.due(at))) return false;
      settle();
      const embedded = await openEmbedded(pool.items, network, pause);
      try {
        state = await mine.mine(pool.pool, embedded, { ...sampling, mined: state });
        keptState('the sampler', state?.json ?? null);
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        fail(
          'PLUGIN_FAILED',
          `the sampler threw while it mined: ${error instanceof Error ? error.message : String(error)}`,
        );
      } finally {
        embedded.dispose();
      }
      return true;
    },
  };
}

/** The pool under the weights as they stand, as in evaluation: no dropout. Distances in blocks, never [size, size]. */
async function openEmbedded(
  items: ItemSet,
  network: MinedNetwork,
  pause: Pause,
): Promise<Embedded & { dispose(): void }> {
  const embedded = await embedItems(items, { ...network, pause });
  const near = openNearest(embedded, network.distance, items.left === items.right);
  const { values, dimensions } = embedded.left;
  return { embeddings: values, dimensions, neighbours: near.neighbours, dispose: near.dispose };
}

function openNearest(
  embedded: EmbeddedItems,
  distance: BoundDistance,
  shared: boolean,
): Pick<Embedded, 'neighbours'> & { dispose(): void } {
  const gallery = Int32Array.from({ length: embedded.right.size }, (_, row) => row);
  const asked = askedAtOnce(gallery.length);
  const measured = new Measured(embedded, gallery, { distance, asked });
  return {
    neighbours(rows, count) {
      const found = {
        rows: new Int32Array(rows.length * count).fill(-1),
        distances: new Float32Array(rows.length * count).fill(Number.POSITIVE_INFINITY),
      };
      for (let start = 0; start < rows.length; start += asked) {
        const now = rows.subarray(start, start + asked);
        const distances = measured.distances(now);
        for (const [i, row] of now.entries()) {
          const own = distances.subarray(i * gallery.length, (i + 1) * gallery.length);
          const places = nearestPlaces(own, count, shared ? row : -1);
          found.rows.set(places, (start + i) * count);
          found.distances.set(
            Float32Array.from(places, (place) => own[place]!),
            (start + i) * count,
          );
        }
      }
      return found;
    },
    dispose: () => measured.dispose(),
  };
}
