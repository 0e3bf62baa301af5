import type { Draw } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { openStream } from '../random/index.js';
import { type Clusters, clustersOf } from './clusters.js';

/** How often each cluster is drawn. Of one table both are the same array. */
export interface DrawnClusters {
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

/**
 * What the bootstrap draws of a part, by number: the same number draws the same, whatever is measured. Kept once drawn,
 * since every model of a run is measured on the same draws.
 */
export class Draws {
  readonly clusters: Clusters;
  readonly #open: (kind: 'clusters' | 'pairs', number: number) => Draw;
  readonly #clusters: DrawnClusters[] = [];
  /** By the right rows of pairs, and by what marks them. */
  readonly #crossing = new WeakMap<Int32Array, Uint8Array>();
  readonly #pairs = new WeakMap<Uint8Array, Uint8Array[]>();
  constructor(clusters: Clusters, open: (kind: 'clusters' | 'pairs', number: number) => Draw) {
    this.clusters = clusters;
    this.#open = open;
  }

  /** As many clusters as there are, with replacement. */
  drawClusters(number: number): DrawnClusters {
    const known = this.#clusters[number];
    if (known) return known;
    const { left, right, leftCount, rightCount } = this.clusters;
    const generator = this.#open('clusters', number);
    const first = timesOf(leftCount, generator);
    const drawn = { left: first, right: left === right ? first : timesOf(rightCount, generator) };
    this.#clusters[number] = drawn;
    return drawn;
  }

  /** Pairs one by one, a Poisson number of times: those that are marked in `crossing`; the others once. */
  drawPairs(number: number, crossing: Uint8Array): Uint8Array {
    const kept = this.#pairs.get(crossing) ?? [];
    this.#pairs.set(crossing, kept);
    const known = kept[number];
    if (known) return known;
    const generator = this.#open('pairs', number);
    const times = crossing.map((crosses) => (crosses === 1 ? poisson(generator.uniform()) : 1));
    kept[number] = times;
    return times;
  }

  /** 1 for pairs of two clusters. `right`: the same array for the same pairs. */
  crossing(left: Int32Array, right: Int32Array): Uint8Array {
    const { clusters } = this;
    const shared = clusters.left === clusters.right;
    const crosses = (row: number, i: number) => Number(!shared || clusters.left[left[i]!] !== clusters.right[row]);
    const marks = this.#crossing.get(right) ?? Uint8Array.from(right, crosses);
    this.#crossing.set(right, marks);
    return marks;
  }
}

const known = new WeakMap<ItemSet, Draws>();

/** Of these items. They depend on the items alone, not on the seed of a run: two models are compared draw by draw. */
export function drawsOf(items: ItemSet): Draws {
  const found = known.get(items);
  if (found) return found;
  const streams = { clusters: openStream(0, 'bootstrap.clusters'), pairs: openStream(0, 'bootstrap.pairs') };
  const draws = new Draws(clustersOf(items), (kind, number) => streams[kind].draw(number));
  known.set(items, draws);
  return draws;
}

/** How often each of `count` is drawn in as many draws: never 256 times, but with a chance of 1e-500. */
function timesOf(count: number, generator: Draw): Uint8Array {
  const times = new Uint8Array(count);
  for (let i = 0; i < count; i++) times[generator.below(count)]!++;
  return times;
}

/** P(Poisson of mean 1 <= times). */
const poissonBelow = Float64Array.from({ length: 20 });
for (let times = 0, share = Math.exp(-1), below = 0; times < 20; share /= ++times) {
  below += share;
  poissonBelow[times] = below;
}

/** Of mean 1, by its quantile. */
function poisson(uniform: number): number {
  let times = 0;
  while (times < 20 && uniform >= poissonBelow[times]!) times++;
  return times;
}
