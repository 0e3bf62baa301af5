import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

type Method = (this: Tensor, ...args: unknown[]) => unknown;
type Op = (...args: unknown[]) => unknown;

/** Methods that are their op with the tensor in front. */
// biome-ignore format: a table of names
const plain = [
  'abs', 'acos', 'acosh', 'add', 'all', 'any', 'argMax', 'argMin', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'avgPool',
  'batchNorm', 'batchToSpaceND', 'broadcastTo', 'cast', 'ceil', 'clipByValue', 'conv1d', 'conv2d', 'conv2dTranspose', 'cos',
  'cosh', 'cumprod', 'cumsum', 'depthToSpace', 'depthwiseConv2d', 'dilation2d', 'div', 'divNoNan', 'dot', 'elu', 'equal',
  'erf', 'euclideanNorm', 'exp', 'expandDims', 'expm1', 'fft', 'floor', 'floorDiv', 'gather', 'greater', 'greaterEqual',
  'ifft', 'irfft', 'isFinite', 'isInf', 'isNaN', 'leakyRelu', 'less', 'lessEqual', 'localResponseNormalization', 'log',
  'log1p', 'logicalAnd', 'logicalNot', 'logicalOr', 'logicalXor', 'logSigmoid', 'logSoftmax', 'logSumExp', 'matMul', 'max',
  'maximum', 'maxPool', 'mean', 'min', 'minimum', 'mirrorPad', 'mod', 'mul', 'neg', 'norm', 'notEqual', 'oneHot',
  'onesLike', 'pad', 'pool', 'pow', 'prelu', 'prod', 'reciprocal', 'relu', 'relu6', 'reshape', 'reverse', 'rfft', 'round',
  'rsqrt', 'selu', 'separableConv2d', 'sigmoid', 'sign', 'sin', 'sinh', 'slice', 'softmax', 'softplus', 'spaceToBatchND',
  'split', 'sqrt', 'square', 'squaredDifference', 'squeeze', 'step', 'stridedSlice', 'sub', 'sum', 'tan', 'tanh', 'tile',
  'topk', 'transpose', 'unique', 'unsortedSegmentSum', 'unstack', 'zerosLike',
] as const satisfies readonly (keyof typeof tfc)[];

const list = (others: unknown): readonly Tensor[] => (Array.isArray(others) ? others : [others]) as readonly Tensor[];
const reshaped: Method = function (...sizes) {
  return tfc.reshape(this, sizes as number[]); // sizes
};

/** Methods that call their op otherwise. */
const others: Readonly<Record<string, Method>> = {
  as1D() {
    return tfc.reshape(this, [this.size]); // [size]
  },
  as2D: reshaped,
  as3D: reshaped,
  as4D: reshaped,
  as5D: reshaped,
  asScalar() {
    return tfc.reshape(this, []); // []
  },
  asType(dtype) {
    return tfc.cast(this, dtype as tfc.DataType); // [..]
  },
  concat(tensors, axis) {
    return tfc.concat([this, ...list(tensors)], axis as number); // [..]
  },
  flatten() {
    return tfc.reshape(this, [this.size]); // [size]
  },
  reshapeAs(tensor) {
    return tfc.reshape(this, (tensor as Tensor).shape); // tensor's shape
  },
  resizeBilinear(size, ...rest) {
    return tfc.image.resizeBilinear(this as tfc.Tensor3D, size as [number, number], ...(rest as boolean[])); // [.., size, c]
  },
  resizeNearestNeighbor(size, ...rest) {
    return tfc.image.resizeNearestNeighbor(this as tfc.Tensor3D, size as [number, number], ...(rest as boolean[])); // [.., size, c]
  },
  stack(tensors, axis) {
    return tfc.stack([this, ...list(tensors)], axis as number); // [..]
  },
  toBool() {
    return tfc.cast(this, 'bool'); // [..]
  },
  toFloat() {
    return tfc.cast(this, 'float32'); // [..]
  },
  toInt() {
    return tfc.cast(this, 'int32'); // [..]
  },
  where(condition, other) {
    return tfc.where(condition as Tensor, this, other as Tensor); // [..]
  },
};

/** Every name that tfjs defines as a method of tensors. */
export const chainedNames: readonly string[] = [...plain, ...Object.keys(others)];

/**
 * Gives tensors the methods `x.add(y)`, `x.flatten()` .. of the running tfjs-core. On Node they are missing, since neither its
 * bundle nor tfjs-layers' defines them, and yet both call some: the orthogonal initializer and the gradients of prod and of
 * batched gather. tfjs-core's own file for this is in a form that Node 20 does not load. Doing it again changes nothing.
 */
export function registerChainedOps(): void {
  const prototype = tfc.Tensor.prototype as unknown as Record<string, Method | undefined>;
  const ops = tfc as unknown as Readonly<Record<string, Op>>;
  for (const name of plain) {
    prototype[name] ??= function (...args) {
      return ops[name]!(this, ...args);
    };
  }
  for (const [name, method] of Object.entries(others)) prototype[name] ??= method;
}
