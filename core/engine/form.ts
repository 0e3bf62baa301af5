import type { Trace, TracedOperation } from './trace.js';

/**
 * How a recorded step runs. `xla`: the whole loop is one XLA computation, which takes about a second to compile and then
 * has no overhead for an operation: small steps. `graph`: TensorFlow runs one operation after another, by kernels that
 * multiply and convolve as fast or faster, in less memory.
 */
export type Form = 'xla' | 'graph';

/** Steps from which on it pays to compile with XLA. */
const LONG = 1000;
/** Operations up to which XLA compiles in about a second. */
const MANY = 400;
/** Numbers of a value from which on an operation's own work counts for more than its being called. */
const LARGE = 2 ** 16;

/**
 * What XLA does as well as the kernels, and alike. Not convolutions and pooling, which it does many times slower, and not
 * random numbers, which it draws in another way.
 */
const fit = new Set(
  (
    'Abs Add AddN AddV2 All Any ArgMax ArgMin BatchMatMulV2 BroadcastTo Cast Ceil ConcatV2 Cos Cosh Cumsum Div DivNoNan ' +
    'Elu EluGrad Equal Erf Exp ExpandDims Expm1 Fill Floor FloorDiv FloorMod GatherV2 Greater GreaterEqual Identity ' +
    'IsFinite IsInf IsNan LeakyRelu Less LessEqual Log Log1p LogicalAnd LogicalNot LogicalOr MatMul Max Maximum Mean Min ' +
    'Minimum Mul Neg NotEqual OneHot OnesLike Pack PadV2 Pow Prod Range RealDiv Reciprocal Relu Relu6 ReluGrad Reshape ' +
    'ReverseV2 Round Rsqrt RsqrtGrad Select SelectV2 Selu Sigmoid SigmoidGrad Sign Sin Sinh Slice Softmax Softplus ' +
    'SoftplusGrad SplitV Sqrt SqrtGrad Square SquaredDifference Sub Sum Tan Tanh TanhGrad Tile Transpose Unpack ZerosLike'
  ).split(' '),
);

/** A fixed rule over the graph and the plan: they alone determine a run's bytes. `steps`: of the training, as planned. */
export function formOf({ entries }: Trace, steps: number): Form {
  const operations = entries.filter((entry) => entry.kind === 'operation');
  const isWorth = steps >= LONG && operations.length <= MANY;
  return isWorth && operations.every((one) => fit.has(one.op) && isSmall(one)) ? 'xla' : 'graph';
}

const isSmall = ({ shapes }: TracedOperation): boolean =>
  shapes.every((shape) => shape.reduce((product, size) => product * size, 1) <= LARGE);

/** Weights times the items that they see in training, from which on Grappler's 0.1 to 0.5 s pay: it saves 2 to 8 %. */
const MUCH = 5e9;

/** Whether it pays that TensorFlow rewrites the graph before it runs. */
export const isRewritten = (training: {
  readonly weights: number;
  readonly steps: number;
  readonly batchSize: number;
}): boolean => training.weights * training.steps * training.batchSize >= MUCH;
