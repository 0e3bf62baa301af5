/**
 * Names of operations' outputs: inside a function a value is named by its operation's output. From TensorFlow's op
 * registry, for the operations that tfjs-node and the compiled step use.
 */
const groups: Readonly<Record<string, string>> = {
  output:
    'All Any ArgMax ArgMin AvgPool AvgPool3D AvgPool3DGrad AvgPoolGrad BatchMatMulV2 BatchToSpaceND BiasAdd BiasAddGrad ' +
    'BroadcastTo ConcatV2 Const Conv2D Conv2DBackpropFilter Conv2DBackpropInput Conv3D Conv3DBackpropFilterV2 ' +
    'Conv3DBackpropInputV2 DepthToSpace DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter ' +
    'DepthwiseConv2dNativeBackpropInput Diag Dilation2D Einsum ExpandDims FFT Fill GatherNd GatherV2 IFFT Identity Imag ' +
    'LRN LRNGrad LinSpace Max MaxPool MaxPool3D MaxPool3DGrad MaxPoolGrad Mean Min MirrorPad OneHot Pack PadV2 Prod ' +
    'Range Real Reshape ResizeBilinearGrad ResizeNearestNeighborGrad ResourceGather ReverseV2 ScatterNd Select SelectV2 ' +
    'Slice SpaceToBatchND SplitV StatefulPartitionedCall StatelessRandomUniform StridedSlice Sum TensorScatterUpdate ' +
    'Tile Unpack UnsortedSegmentSum While',
  y:
    'Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil ComplexAbs Cos Cosh Erf Exp Expm1 Floor IsFinite IsInf IsNan Log ' +
    'Log1p LogicalNot Neg OnesLike Reciprocal Round Rsqrt Sigmoid Sign Sin Sinh Sqrt Square Tan Tanh Transpose ZerosLike',
  z:
    'Add AddV2 Atan2 Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr ' +
    'Maximum Minimum Mul NotEqual Pow RealDiv ReciprocalGrad RsqrtGrad SigmoidGrad SqrtGrad SquaredDifference Sub TanhGrad',
  activations: 'Elu LeakyRelu Relu Relu6 Selu Softplus',
  backprops: 'EluGrad LeakyReluGrad ReluGrad SoftplusGrad',
  out: 'Complex Cumprod Cumsum',
  resized_images: 'ResizeBilinear ResizeNearestNeighbor',
  sum: 'AddN',
  bins: 'Bincount',
  r0: 'BroadcastArgs',
  crops: 'CropAndResize',
  filter_backprop: 'Dilation2DBackpropFilter',
  in_backprop: 'Dilation2DBackpropInput',
  transformed_images: 'ImageProjectiveTransformV3',
  product: 'MatMul',
  value: 'ReadVariableOp',
  softmax: 'Softmax',
  dense: 'SparseToDense',
  'values indices': 'TopKV2',
  'y batch_mean batch_variance reserve_space_1 reserve_space_2': 'FusedBatchNorm',
  'y batch_mean batch_variance reserve_space_1 reserve_space_2 reserve_space_3': 'FusedBatchNormV3',
  'x_backprop scale_backprop offset_backprop reserve_space_4 reserve_space_5': 'FusedBatchNormGradV3',
  'loss backprop': 'SoftmaxCrossEntropyWithLogits',
};

/** Operations whose outputs are one list. */
const lists = new Set(['SplitV', 'Unpack', 'While', 'StatefulPartitionedCall']);

const names = new Map(
  Object.entries(groups).flatMap(([outputs, ops]) => ops.split(' ').map((op) => [op, outputs.split(' ')] as const)),
);

/** `sum:0` for AddN's output; null for an operation that is not known here. */
export function outputName(op: string, output: number): string | null {
  const outputs = names.get(op);
  if (!outputs) return null;
  if (lists.has(op)) return `${outputs[0]}:${output}`;
  return outputs[output] === undefined ? null : `${outputs[output]}:0`;
}
