export { type Drawing, hashUnit, openStream, type Stream, streamKey } from './draw.js';
export { pairCount, pairOf } from './pair-number.js';
export { permutation } from './permutation.js';
export { statelessUniform } from './philox.js';
