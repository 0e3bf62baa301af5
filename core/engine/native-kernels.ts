/** Kernels that tfjs-node lacks although libtensorflow has them, or that are made of others. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { rotateKernel } from './kernels/rotate.js';
import type { NativeBackend } from './native-backend.js';

/** Called once, when tfjs-node has registered its own. */
export function registerNativeKernels(): void {
  tfc.unregisterKernel(tfc.GatherV2, 'tensorflow');
  tfc.registerKernel(gather);
  for (const kernel of [transform, rotateKernel('tensorflow')]) {
    if (!tfc.getKernel(kernel.kernelName, 'tensorflow')) tfc.registerKernel(kernel);
  }
}

/** Projective transforms of images: image [n, h, w, c], transforms [n or 1, 8] -> [n, oh, ow, c] */
const transform: KernelConfig = {
  kernelName: tfc.Transform,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { image, transforms } = inputs as { readonly image: TensorInfo; readonly transforms: TensorInfo };
    const { interpolation, fillMode, fillValue, outputShape } = attrs as unknown as tfc.TransformAttrs;
    const native = backend as NativeBackend;
    const { binding } = native;
    const type = image.dtype === 'int32' ? binding.TF_INT32 : binding.TF_FLOAT;
    const attributes = [
      { name: 'dtype', type: binding.TF_ATTR_TYPE, value: type },
      { name: 'interpolation', type: binding.TF_ATTR_STRING, value: interpolation.toUpperCase() },
      { name: 'fill_mode', type: binding.TF_ATTR_STRING, value: fillMode.toUpperCase() },
    ];
    return tfc.tidy(() => {
      const size = tfc.tensor1d(outputShape ?? image.shape.slice(1, 3), 'int32'); // [2]
      const operands = [image, transforms, size, tfc.scalar(fillValue)]; // .. and []
      return native.executeSingleOutput('ImageProjectiveTransformV3', attributes, operands); // [n, oh, ow, c]
    });
  },
};

/**
 * Slices by their indices. tfjs-node's own reads the indices back to check them, which stalls the engine and keeps a step
 * from being compiled; TensorFlow checks them itself.
 */
const gather: KernelConfig = {
  kernelName: tfc.GatherV2,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, attrs, backend }) => {
    const { x, indices } = inputs as { readonly x: TensorInfo; readonly indices: TensorInfo };
    const { axis, batchDims } = attrs as unknown as tfc.GatherV2Attrs;
    const native = backend as NativeBackend;
    const type = (of: TensorInfo): number => native.tensorMap.get(of.dataId).dtype;
    return tfc.tidy(() => {
      const place = tfc.scalar(axis, 'int32'); // []
      const attributes = [
        { name: 'batch_dims', type: native.binding.TF_ATTR_INT, value: batchDims },
        { name: 'Tparams', type: native.binding.TF_ATTR_TYPE, value: type(x) },
        { name: 'Tindices', type: native.binding.TF_ATTR_TYPE, value: type(indices) },
        { name: 'Taxis', type: native.binding.TF_ATTR_TYPE, value: native.binding.TF_INT32 },
      ];
      return native.executeSingleOutput(tfc.GatherV2, attributes, [x, indices, place]); // x's, with the indices' at the axis
    });
  },
};
