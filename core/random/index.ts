export { type Drawing, hashUnit, openStream, type Stream, streamKey } from './draw.js';
export { pairCount, pairOf } from './pair-number.js';
export { permutation } from './permutation.js';
export { philox, statelessUniform } from './philox.js';
