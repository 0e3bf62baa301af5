import type { BoundDistance, NeighbourBlock } from '../contract/index.js';
import { type AskedPlaces, type Asking, mark, markPlaces } from './asking.js';
import { RELEVANT } from './count-desk.js';
import type { EmbeddedItems } from './embed.js';
import { askedAtOnce, Measured } from './measured.js';
import { Ranking } from './ranking.js';
import { nearest, ranksByCounting, ranksInOrder } from './ranks.js';
import type { CountingThread } from './shared-counter.js';
import { SquareRanks } from './square-ranks.js';

export interface RankerSettings {
  readonly distance: BoundDistance;
  /** Neighbours listed per query; Infinity: the whole gallery, ranked. */
  readonly count: number;
  /** For whom they are listed; absent: for all. */
  readonly listed?: (query: number) => boolean;
  /** Helps to count. */
  readonly thread?: CountingThread | null;
  /** Most numbers that a distance may hold; absent: 128 MiB of them. */
  readonly numbers?: number;
}

/** Queries at a time where squares are counted. */
const COUNTED = 1024;
/** From so many relevant items, or so large a share of the gallery to be listed, on a sort is faster than a look at each. */
const MANY_RELEVANT = 24;
const MANY_LISTED = 1 / 50;

/** Ranks the gallery for queries: by counting squares where that is enough, else by all of its distances. */
export class Ranker {
  /** Queries that are best ranked together. */
  readonly atOnce: number;
  readonly #asking: Asking;
  readonly #count: number;
  readonly #isListed: (query: number) => boolean;
  readonly #squares: SquareRanks | null;
  readonly #asked: number;
  readonly #measure: () => Measured;
  #measured: Measured | null = null;
  readonly #ranking: Ranking;
  /** Scratch, 0 between queries. */
  readonly #marks: Uint8Array;

  constructor(embedded: EmbeddedItems, asking: Asking, how: RankerSettings) {
    const { gallery } = asking;
    const { distance, count, listed, numbers, thread = null } = how;
    this.#asking = asking;
    this.#count = Math.min(count, gallery.length);
    this.#isListed = count === 0 ? () => false : (listed ?? (() => true));
    this.#ranking = new Ranking(gallery.length);
    this.#marks = new Uint8Array(gallery.length);
    this.#squares = distance.euclidean
      ? SquareRanks.open(embedded, gallery, { kind: distance.euclidean, thread })
      : null;
    this.#asked = askedAtOnce(gallery.length);
    const few = count === 0 || listed !== undefined;
    this.atOnce = this.#squares && few ? COUNTED : this.#asked;
    const measuring = { distance, asked: this.#asked, ...(numbers === undefined ? {} : { numbers }) };
    this.#measure = () => new Measured(embedded, gallery, measuring);
  }

  dispose(): void {
    this.#squares?.dispose();
    this.#measured?.dispose();
  }

  /** What a query leaves out is not in its list, which may so end early: those places have gallery -1 and relevance 0. */
  rank(queries: Int32Array): NeighbourBlock {
    const count = this.#count;
    const ranks: (readonly number[])[] = [];
    const block: NeighbourBlock = {
      queries,
      count,
      gallery: new Int32Array(queries.length * count).fill(-1),
      distances: new Float32Array(queries.length * count).fill(Number.POSITIVE_INFINITY),
      relevance: new Float32Array(queries.length * count),
      relevantTotal: new Int32Array(queries.length),
      ranks: (query) => ranks[query]!,
      weight: new Float32Array(queries.length).fill(1),
    };
    const places = Array.from(queries, (query) => this.#asking.places(query));
    places.forEach(({ relevant }, q) => {
      block.relevantTotal[q] = relevant.length;
    });
    const sorted = this.#countRanks(queries, places, ranks);
    for (let start = 0; start < sorted.length; start += this.#asked) {
      this.#sort(sorted.slice(start, start + this.#asked), { places, block, ranks });
    }
    return block;
  }

  /** Counts what can be counted; the numbers in the block of the other queries. */
  #countRanks(queries: Int32Array, places: readonly AskedPlaces[], ranks: (readonly number[])[]): number[] {
    const all = Array.from(queries, (_, q) => q);
    const squares = this.#squares;
    if (!squares) return all;
    const canCount = (q: number): boolean => places[q]!.relevant.length <= RELEVANT && !this.#isListed(queries[q]!);
    const counted = all.filter(canCount);
    const found = squares.ranks(
      Int32Array.from(counted, (q) => queries[q]!),
      counted.map((q) => places[q]!),
    );
    if (!found) return all;
    counted.forEach((q, i) => {
      ranks[q] = found[i]!;
    });
    return all.filter((q) => !canCount(q));
  }

  #sort(
    asked: readonly number[],
    {
      places,
      block,
      ranks,
    }: {
      readonly places: readonly AskedPlaces[];
      readonly block: NeighbourBlock;
      readonly ranks: (readonly number[])[];
    },
  ): void {
    const size = this.#asking.gallery.length;
    const distances = this.#distances(Int32Array.from(asked, (q) => block.queries[q]!));
    asked.forEach((q, i) => {
      markPlaces(places[q]!, this.#marks);
      ranks[q] = this.#rankOne(block, q, distances.subarray(i * size, (i + 1) * size));
      this.#marks.fill(0);
    });
  }

  /** [rows, gallery] */
  #distances(rows: Int32Array): Float32Array {
    const known = this.#squares?.distances(rows);
    if (known) return known;
    this.#measured ??= this.#measure();
    return this.#measured.distances(rows);
  }

  /** Lists the nearest of one query; the ranks of its relevant items. */
  #rankOne(block: NeighbourBlock, q: number, row: Float32Array): readonly number[] {
    const [marks, relevant] = [this.#marks, block.relevantTotal[q]!];
    const count = this.#isListed(block.queries[q]!) ? this.#count : 0;
    const few = relevant <= MANY_RELEVANT && count <= MANY_LISTED * row.length;
    const counted = few ? ranksByCounting(row, marks, relevant) : null;
    const listed = counted && nearest(row, marks, count);
    const order = listed ?? this.#ranking.order(row);
    const [start, end] = [q * block.count, q * block.count + count];
    for (let i = 0, to = start; i < order.length && to < end; i++) {
      const place = order[i]!;
      if (marks[place] === mark.leftOut) continue;
      block.gallery[to] = this.#asking.gallery[place]!;
      block.distances[to] = row[place]!;
      block.relevance[to++] = Number(marks[place] === mark.relevant);
    }
    return listed ? counted! : ranksInOrder(order, marks, relevant);
  }
}
