import type { PairBlock } from '../../core/contract/index.js';

const columns = ['closeness', 'score', 'target', 'weight'] as const;
export type CollectedPairs = Readonly<Record<(typeof columns)[number], Float32Array>> & { readonly size: number };

/** Gathers pairs block by block into arrays that grow by doubling: there may be millions. */
export class PairCollector {
  #held = columns.map(() => new Float32Array(1024));
  #size = 0;

  add(block: PairBlock): void {
    const size = this.#size + block.target.length;
    if (size > this.#held[0]!.length) this.#grow(Math.max(size, 2 * this.#held[0]!.length));
    for (const [i, name] of columns.entries()) this.#held[i]!.set(block[name], this.#size);
    this.#size = size;
  }

  /** All pairs so far. Views: they change when more are added. */
  pairs(): CollectedPairs {
    const [closeness, score, target, weight] = this.#held.map((held) => held.subarray(0, this.#size)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    return { closeness, score, target, weight, size: this.#size };
  }

  #grow(places: number): void {
    this.#held = this.#held.map((held) => {
      const grown = new Float32Array(places);
      grown.set(held);
      return grown;
    });
  }
}
