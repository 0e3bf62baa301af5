/**
 * tfjs-node requires `@tensorflow/tfjs`, a second copy of what runs already. In the cache stand two packages of one line in
 * its place, which hand over the running tfjs-core from this slot (`Symbol.for`) of `globalThis`.
 */
export const coreSlot = 'siamese.tfjs-core';
