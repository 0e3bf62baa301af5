/** Computations that every engine must give alike: the ops and layers that encoders, distances and losses are made of. */
import type { Case } from './case.js';
import { binaryCases } from './cases/binary.js';
import { convolutionCases } from './cases/convolutions.js';
import { imageCases } from './cases/images.js';
import { layerCases } from './cases/layers.js';
import { poolingCases } from './cases/pooling.js';
import { productCases } from './cases/products.js';
import { reductionCases } from './cases/reductions.js';
import { shapeCases } from './cases/shapes.js';
import { unaryCases } from './cases/unary.js';

export type { Case } from './case.js';

export const cases: readonly Case[] = [
  ...unaryCases,
  ...binaryCases,
  ...reductionCases,
  ...shapeCases,
  ...productCases,
  ...convolutionCases,
  ...poolingCases,
  ...imageCases,
  ...layerCases,
];
