export { type Drawing, hashUnit, openStream, type Stream, streamKey } from './draw.js';
export { philox, statelessUniform } from './philox.js';
