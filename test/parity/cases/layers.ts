import * as tfc from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { type Case, distinct, fixed, fixedIntegers } from '../case.js';
import { layerCase } from '../layer-case.js';

const activations = [
  'elu',
  'gelu',
  'gelu_new',
  'hardSigmoid',
  'linear',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
] as const;
const image = (): readonly tfc.Tensor[] => [distinct([2, 6, 6, 3], 4)]; // [2, 6, 6, 3]
const series = (): readonly tfc.Tensor[] => [fixed([2, 7, 3], 4)]; // [2, 7, 3]
const rows = (): readonly tfc.Tensor[] => [fixed([4, 6], 4)]; // [4, 6]
const two = (): readonly tfc.Tensor[] => [fixed([4, 6], 4), fixed([4, 6], 5)]; // [4, 6] each

const convolutional: readonly Case[] = [
  layerCase(
    'layer conv1d',
    () => layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
    series,
  ),
  layerCase('layer conv2d', () => layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }), image),
  layerCase(
    'layer conv2d, strides',
    () => layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
    image,
  ),
  layerCase(
    'layer conv2dTranspose',
    () => layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
    image,
  ),
  layerCase(
    'layer depthwiseConv2d',
    () => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
    image,
  ),
  layerCase(
    'layer separableConv2d',
    () => layers.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
    image,
  ),
  layerCase(
    'layer maxPooling1d',
    () => layers.maxPooling1d({ poolSize: 2 }),
    () => [distinct([2, 7, 3], 4)],
  ),
  layerCase('layer maxPooling2d', () => layers.maxPooling2d({ poolSize: 2, padding: 'same' }), image),
  layerCase('layer averagePooling1d', () => layers.averagePooling1d({ poolSize: 3, strides: 2 }), series),
  layerCase('layer averagePooling2d', () => layers.averagePooling2d({ poolSize: 2 }), image),
  layerCase(
    'layer globalMaxPooling1d',
    () => layers.globalMaxPooling1d({}),
    () => [distinct([2, 7, 3], 4)],
  ),
  layerCase('layer globalMaxPooling2d', () => layers.globalMaxPooling2d({}), image),
  layerCase('layer globalAveragePooling1d', () => layers.globalAveragePooling1d({}), series),
  layerCase('layer globalAveragePooling2d', () => layers.globalAveragePooling2d({}), image),
  layerCase('layer zeroPadding2d', () => layers.zeroPadding2d({ padding: [1, 2] }), image),
  layerCase('layer upSampling2d', () => layers.upSampling2d({ size: [2, 2] }), image),
  layerCase(
    'layer cropping2D',
    () =>
      layers.cropping2D({
        cropping: [
          [1, 0],
          [2, 1],
        ],
      }),
    image,
  ),
];

const normalizing: readonly Case[] = [
  layerCase('layer batchNormalization', () => layers.batchNormalization({}), rows),
  layerCase('layer batchNormalization of images', () => layers.batchNormalization({}), image),
  layerCase('layer batchNormalization of series', () => layers.batchNormalization({}), series),
  layerCase('layer batchNormalization, inference', () => layers.batchNormalization({}), image, { training: false }),
  layerCase('layer layerNormalization', () => layers.layerNormalization({}), rows),
  layerCase('layer layerNormalization of series', () => layers.layerNormalization({}), series),
];

const recurrent: readonly Case[] = [
  layerCase('layer simpleRNN', () => layers.simpleRNN({ units: 3 }), series),
  layerCase('layer lstm', () => layers.lstm({ units: 3 }), series),
  layerCase('layer lstm, sequences', () => layers.lstm({ units: 3, returnSequences: true }), series),
  layerCase('layer gru', () => layers.gru({ units: 3 }), series),
  layerCase('layer gru, masked', () => layers.gru({ units: 3 }), series, {
    mask: () => tfc.tensor2d([1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0], [2, 7], 'bool'),
  }),
  layerCase(
    'layer bidirectional',
    () => layers.bidirectional({ layer: layers.lstm({ units: 3 }) as layers.RNN, mergeMode: 'concat' }),
    series,
  ),
  layerCase('layer timeDistributed', () => layers.timeDistributed({ layer: layers.dense({ units: 4 }) }), series),
];

const plain: readonly Case[] = [
  ...activations.map((activation) =>
    layerCase(`layer dense, ${activation}`, () => layers.dense({ units: 5, activation }), rows),
  ),
  layerCase('layer dense of series', () => layers.dense({ units: 5 }), series),
  layerCase(
    'layer embedding',
    () => layers.embedding({ inputDim: 9, outputDim: 4 }),
    () => [fixedIntegers([3, 5], 9)],
  ),
  layerCase('layer flatten', () => layers.flatten(), image),
  layerCase('layer reshape', () => layers.reshape({ targetShape: [3, 2] }), rows),
  layerCase('layer permute', () => layers.permute({ dims: [2, 1] }), series),
  layerCase('layer repeatVector', () => layers.repeatVector({ n: 3 }), rows),
  layerCase('layer leakyReLU', () => layers.leakyReLU({ alpha: 0.1 }), rows),
  layerCase('layer prelu', () => layers.prelu(), rows),
  layerCase('layer elu', () => layers.elu(), rows),
  layerCase('layer thresholdedReLU', () => layers.thresholdedReLU({ theta: 0.2 }), rows),
  layerCase('layer masking', () => layers.masking({ maskValue: 0 }), series),
  layerCase('layer softmax', () => layers.softmax(), rows),
  layerCase('layer add', () => layers.add(), two),
  layerCase('layer multiply', () => layers.multiply(), two),
  layerCase('layer average', () => layers.average(), two),
  layerCase('layer maximum', () => layers.maximum(), two),
  layerCase('layer minimum', () => layers.minimum(), two),
  layerCase('layer concatenate', () => layers.concatenate(), two),
  layerCase('layer dot', () => layers.dot({ axes: -1, normalize: true }), two),
  layerCase('layer dropout, inference', () => layers.dropout({ rate: 0.5 }), rows, { training: false }),
  layerCase('layer gaussianNoise, inference', () => layers.gaussianNoise({ stddev: 1 }), rows, { training: false }),
];

export const layerCases: readonly Case[] = [...convolutional, ...normalizing, ...recurrent, ...plain];
