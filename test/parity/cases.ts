/** Computations that every engine must give alike: the ops and layers that encoders, distances and losses are made of. */
import type { Case } from './case.js';
import { binaryCases } from './cases/binary.js';
import { convolutionCases } from './cases/convolutions.js';
import { dtypeCases } from './cases/dtypes.js';
import { imageCases } from './cases/images.js';
import { layerCases } from './cases/layers.js';
import { poolingCases } from './cases/pooling.js';
import { productCases } from './cases/products.js';
import { reductionCases } from './cases/reductions.js';
import { shapeCases } from './cases/shapes.js';
import { unaryCases } from './cases/unary.js';

export type { Case } from './case.js';

export const groups: Readonly<Record<string, readonly Case[]>> = {
  'functions of one tensor': unaryCases,
  'functions of two tensors': binaryCases,
  reductions: reductionCases,
  'movements of numbers': shapeCases,
  'movements of whole numbers': dtypeCases,
  products: productCases,
  convolutions: convolutionCases,
  pooling: poolingCases,
  'images and normalisation': imageCases,
  layers: layerCases,
};

export const cases: readonly Case[] = Object.values(groups).flat();
