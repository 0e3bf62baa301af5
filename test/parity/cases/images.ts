import * as tfc from '@tensorflow/tfjs-core';
import { type Case, fixed, gradientCase, valueCase } from '../case.js';

const images = (seed = 1): tfc.Tensor4D => fixed([2, 6, 5, 3], seed, 0, 1) as tfc.Tensor4D; // [2, 6, 5, 3]

export const imageCases: readonly Case[] = [
  ...[false, true].map((align) =>
    gradientCase(
      `resizeBilinear, align corners ${align}`,
      (x) => tfc.image.resizeBilinear(x as tfc.Tensor4D, [9, 4], align),
      () => [images()],
    ),
  ),
  gradientCase(
    'resizeNearestNeighbor',
    (x) => tfc.image.resizeNearestNeighbor(x as tfc.Tensor4D, [12, 10]),
    () => [images()],
  ),
  valueCase('resizeBilinear, half-pixel centres', () => tfc.image.resizeBilinear(images(), [9, 4], false, true)),
  valueCase('resizeNearestNeighbor, half-pixel centres', () =>
    tfc.image.resizeNearestNeighbor(images(), [9, 4], false, true),
  ),
  valueCase('cropAndResize', () =>
    tfc.image.cropAndResize(
      images(),
      tfc.tensor2d([0.1, 0.2, 0.8, 0.9, 0, 0, 1, 1], [2, 4]),
      tfc.tensor1d([1, 0], 'int32'),
      [4, 4],
    ),
  ),
  valueCase('flipLeftRight', () => tfc.image.flipLeftRight(images())),
  valueCase('rotateWithOffset', () => tfc.image.rotateWithOffset(images(), 0.4, 0.2, 0.5)),
  ...(['nearest', 'bilinear'] as const).flatMap((interpolation) =>
    (['constant', 'reflect', 'wrap', 'nearest'] as const).map((fill) =>
      valueCase(`transform, ${interpolation}, ${fill}`, () =>
        tfc.image.transform(
          images(),
          tfc.tensor2d([0.9, 0.13, -0.71, -0.17, 1.1, 0.37, 0, 0, 1, 0, 1.23, 0, 1, -0.41, 0, 0], [2, 8]),
          interpolation,
          fill,
          0.2,
        ),
      ),
    ),
  ),
  valueCase('grayscaleToRGB', () => tfc.image.grayscaleToRGB(fixed([2, 3, 3, 1], 1) as tfc.Tensor4D)),
  valueCase('rgbToGrayscale', () => tfc.image.rgbToGrayscale(images())),
  gradientCase(
    'batchNorm 2-d',
    (x, mean, variance, offset, scale) =>
      tfc.batchNorm(
        x as tfc.Tensor2D,
        mean as tfc.Tensor1D,
        variance as tfc.Tensor1D,
        offset as tfc.Tensor1D,
        scale as tfc.Tensor1D,
        1e-3,
      ),
    () => [fixed([4, 3], 1), fixed([3], 2), fixed([3], 3, 0.5, 2), fixed([3], 4), fixed([3], 5)],
  ),
  gradientCase(
    'batchNorm 4-d',
    (x, mean, variance, offset, scale) =>
      tfc.batchNorm(
        x as tfc.Tensor4D,
        mean as tfc.Tensor1D,
        variance as tfc.Tensor1D,
        offset as tfc.Tensor1D,
        scale as tfc.Tensor1D,
        1e-3,
      ),
    () => [fixed([2, 2, 2, 3], 1), fixed([3], 2), fixed([3], 3, 0.5, 2), fixed([3], 4), fixed([3], 5)],
  ),
  gradientCase(
    'localResponseNormalization',
    (x) => tfc.localResponseNormalization(x as tfc.Tensor4D, 2, 1, 0.5, 0.5),
    () => [fixed([1, 2, 2, 6], 1)],
  ),
];
