import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, TripletBlock, TripletTable } from '../contract/index.js';
import { type EmbeddedItems, gatherVectors } from './embed.js';

const BLOCK = 4096;

/** The given triplets with their distances, block by block. */
export async function* tripletBlocks(
  embedded: EmbeddedItems,
  triplets: TripletTable,
  distance: BoundDistance,
): AsyncGenerator<TripletBlock> {
  for (let start = 0; start < triplets.anchor.length; start += BLOCK) {
    const end = start + BLOCK;
    const [anchor, positive, negative] = [triplets.anchor, triplets.positive, triplets.negative].map((rows) =>
      rows.subarray(start, end),
    ) as [Int32Array, Int32Array, Int32Array];
    const [near, far] = tfc.tidy(() => {
      const from = gatherVectors(embedded.left, anchor); // [block, dimensions]
      const to = [positive, negative].map((rows) => gatherVectors(embedded.left, rows)); // [block, dimensions] each
      return to.map((vectors) => distance.between(from, vectors)); // [block] each
    }) as [tfc.Tensor, tfc.Tensor];
    const block = { near: await near.data<'float32'>(), far: await far.data<'float32'>() };
    tfc.dispose([near, far]);
    yield { ...block, anchor, positive, negative };
  }
}
