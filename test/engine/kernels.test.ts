import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import '../../core/engine/cpu.js';
import { openPortable } from '../../core/engine/portable.js';
import { type Case, fixed, fixedIntegers } from '../parity/case.js';
import { conv2dCase, depthwiseCase } from '../parity/cases/convolutions.js';
import { avgPoolCase, maxPoolCase } from '../parity/cases/pooling.js';
import { groups } from '../parity/cases.js';
import { differences } from '../parity/finite-differences.js';
import { disagreements, type Result, resultsOf } from '../parity/results.js';

beforeAll(() => openPortable());
beforeEach(() => tfc.setBackend('wasm'));

/** What the backend `cpu` of tfjs has wrong itself, or lacks; finite differences, the native engine or a test below say so. */
const wrongOnCpu: readonly RegExp[] = [
  /^avgPool .*(same|1)$/, // its gradient counts the padding
  /^(layer )?(resizeBilinear|resizeNearestNeighbor|upSampling)/, // gradients of images that are not square, or after the first
  /^transform/, // stops after the first image
  /^rotateWithOffset/, // rounds halves up
  /^floorDiv/, // makes int32 of float32
  /^einsum ij,k->k/, // refuses labels of one operand alone
  /^movements of int32$/, // makes float32 of an int32 segment sum
];
const isRight = ({ name }: Case): boolean => !wrongOnCpu.some((pattern) => pattern.test(name));

/** Where a gradient and finite differences disagree. */
function wrongGradients({ name, differentiable }: Case): string[] {
  return differences(differentiable!.op, differentiable!.inputs)
    .filter(
      ({ gradient, difference }) => !(Math.abs(gradient - difference) <= 5e-3 * Math.max(1, Math.abs(difference))),
    )
    .map(
      ({ input, element, gradient, difference }) =>
        `${name}, input ${input}[${element}]: ${gradient}, not ${difference}`,
    );
}

/** The portable engine's results against those of another computation on the backend `cpu`. */
async function against(portable: () => tfc.Tensor[], cpu = portable, tolerance = 2e-5): Promise<string[]> {
  const read = (compute: () => tfc.Tensor[]): Result[] => resultsOf({ name: '', run: () => tfc.tidy(compute) });
  const found = read(portable);
  await tfc.setBackend('cpu');
  return disagreements('', read(cpu), found, tolerance);
}

describe('the portable engine', () => {
  for (const [group, cases] of Object.entries(groups)) {
    const differentiable = cases.filter((one) => one.differentiable);
    if (differentiable.length > 0) {
      test(`${group}: gradients are what finite differences say`, () => {
        expect(differentiable.flatMap(wrongGradients)).toEqual([]);
      });
    }
    test(`${group}: the numbers of the backend cpu, and no tensor left behind`, async () => {
      const right = cases.filter(isRight);
      expect(right.length).toBeGreaterThan(0);
      const portable = right.map(resultsOf);
      await tfc.setBackend('cpu');
      expect(right.flatMap((one, at) => disagreements(one.name, resultsOf(one), portable[at]!))).toEqual([]);
    });
  }

  test('padding by a number of pixels, which the native engine refuses', () => {
    const convolution = { input: [5, 6, 2], filter: [3, 3, 2], pad: 1 } as const;
    const pooling = { input: [6, 6, 2], window: 3, stride: 2, pad: 1 } as const;
    const cases = [conv2dCase(convolution), depthwiseCase(convolution), maxPoolCase(pooling), avgPoolCase(pooling)];
    expect(cases.flatMap(wrongGradients)).toEqual([]);
  });

  test('the filter gradient of a batch that is unfolded in several parts', async () => {
    const run = (): tfc.Tensor[] => {
      const x = fixed([61, 12, 11, 8], 1) as tfc.Tensor4D; // [61, 12, 11, 8]
      const op = (filter: tfc.Tensor): tfc.Tensor => tfc.conv2d(x, filter as tfc.Tensor4D, 1, 'same'); // [61, 12, 11, 5]
      const filter = fixed([3, 3, 8, 5], 2); // [3, 3, 8, 5]
      return [tfc.grad(op)(filter, fixed([61, 12, 11, 5], 3))];
    };
    expect(await against(run, run, 1e-4)).toEqual([]);
  });

  test('gradients of a dilated depthwise convolution, which tfjs itself never asks for', () => {
    const common = { strides: [1, 1], dilations: [2, 3], pad: 'same', dimRoundingMode: undefined };
    const run = (kernel: string, inputs: Record<string, tfc.Tensor>, attributes: object): tfc.Tensor =>
      tfc.engine().runKernel(kernel, inputs, { ...common, ...attributes } as never) as tfc.Tensor;
    const op = tfc.customGrad((x, filter, save) => {
      (save as (tensors: tfc.Tensor[]) => void)([x as tfc.Tensor, filter as tfc.Tensor]);
      const value = tfc.depthwiseConv2d(x as tfc.Tensor4D, filter as tfc.Tensor4D, 1, 'same', 'NHWC', [2, 3]); // [2, 7, 8, 6]
      const gradFunc = (dy: tfc.Tensor, [input, taps]: tfc.Tensor[]): tfc.Tensor[] => [
        run(tfc.DepthwiseConv2dNativeBackpropInput, { dy, filter: taps! }, { inputShape: input!.shape }), // [2, 7, 8, 3]
        run(tfc.DepthwiseConv2dNativeBackpropFilter, { x: input!, dy }, { filterShape: taps!.shape }), // [3, 2, 3, 2]
      ];
      return { value, gradFunc };
    });
    const inputs = (): tfc.Tensor[] => [fixed([2, 7, 8, 3], 1), fixed([3, 2, 3, 2], 2)];
    expect(wrongGradients({ name: 'dilated', run: inputs, differentiable: { op, inputs } })).toEqual([]);
  });

  test('matMul of large transposed matrices', async () => {
    const run = (): tfc.Tensor[] => {
      const [a, b] = [fixed([70, 130], 1), fixed([90, 70], 2)]; // [70, 130], [90, 70]
      return [
        tfc.matMul(a, b, true, true),
        tfc.matMul(tfc.reshape(a, [1, 70, 130]), tfc.reshape(b, [1, 90, 70]), true, true),
      ];
    };
    expect(await against(run)).toEqual([]);
  });

  test('avgPool shares its gradient among the places inside the input alone', () => {
    const gradient = tfc.grad((x) => tfc.avgPool(x as tfc.Tensor4D, 2, 2, 'same'))(tfc.ones([1, 3, 3, 1])); // [1, 3, 3, 1]
    expect([...gradient.dataSync()]).toEqual([0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1]);
  });

  test('maxPool gives the gradient to the first of equals', () => {
    const gradient = tfc.grad((x) => tfc.maxPool(x as tfc.Tensor4D, 2, 2, 'valid'))(tfc.zeros([1, 2, 4, 1])); // [1, 2, 4, 1]
    expect([...gradient.dataSync()]).toEqual([1, 0, 1, 0, 0, 0, 0, 0]);
  });

  test('segment sums drop ids that are out of range', () => {
    const ids = tfc.tensor1d([0, -1, 2, 7, 2], 'int32'); // [5]
    const sums = tfc.unsortedSegmentSum(tfc.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5, 2]), ids, 3); // [3, 2]
    expect([...sums.dataSync()]).toEqual([1, 2, 0, 0, 14, 16]);
  });

  test('einsum refuses a label that stands twice in one operand', () => {
    expect(() => tfc.einsum('ii->i', tfc.ones([2, 2]))).toThrow('einsum: "ii" has a label twice');
  });

  test('einsum of three operands', () => {
    const [a, b, c] = [fixed([2, 3], 1), fixed([3, 4], 2), fixed([4], 3)]; // [2, 3], [3, 4], [4]
    const chain = tfc.matMul(tfc.matMul(a, b), tfc.reshape(c, [4, 1])); // [2, 1]
    const found = tfc.einsum('ij,jk,k->i', a, b, c); // [2]
    expect(found.shape).toEqual([2]);
    found.dataSync().forEach((value, at) => {
      expect(value).toBeCloseTo(chain.dataSync()[at]!, 5);
    });
  });

  test('sums over leading axes keep the digits of many small terms', () => {
    const total = tfc.sum(tfc.fill([200_000, 3], 0.1), 0); // [3]
    for (const value of total.dataSync()) expect(value).toBeCloseTo(200_000 * Math.fround(0.1), 1);
  });

  test('a slice shares nothing with what it was cut from, nor a clone with what is disposed', () => {
    const x = fixedIntegers([4, 3], 100); // [4, 3]
    const [part, same] = [tfc.slice(x, [1, 0], [2, 3]), tfc.clone(x)]; // [2, 3], [4, 3]
    const before = [...x.dataSync()];
    x.dispose();
    tfc.fill([400, 3], 7).dispose();
    expect([...part.dataSync()]).toEqual(before.slice(3, 9));
    expect([...same.dataSync()]).toEqual(before);
  });
});

describe('images on the portable engine', () => {
  const images = fixed.bind(null, [3, 5, 6, 2], 4, 0, 1);
  const rows = [
    [0.9, 0.13, -0.71, -0.17, 1.1, 0.37, 0, 0],
    [1, 0, -9.3, 0, 1, 12.4, 0, 0],
    [1.2, 0.1, 7.7, 0.3, -0.8, -15.2, 0.02, -0.01],
  ];
  for (const fill of ['constant', 'reflect', 'wrap', 'nearest'] as const) {
    for (const interpolation of ['nearest', 'bilinear'] as const) {
      test(`transform ${interpolation}, ${fill}: image by image what the backend cpu gives`, async () => {
        const matrices = tfc.tensor2d(rows); // [3, 8]
        const all = (): tfc.Tensor[] => [
          tfc.image.transform(images() as tfc.Tensor4D, matrices, interpolation, fill, 0.2, [4, 7]),
        ];
        const each = (): tfc.Tensor[] => [
          tfc.concat(
            rows.map((row, at) => {
              const one = tfc.slice(images(), [at, 0, 0, 0], [1, 5, 6, 2]) as tfc.Tensor4D; // [1, 5, 6, 2]
              return tfc.image.transform(one, tfc.tensor2d(row, [1, 8]), interpolation, fill, 0.2, [4, 7]); // [1, 4, 7, 2]
            }),
          ),
        ];
        expect(await against(all, each)).toEqual([]);
      });
    }
  }
  for (const fill of [0, 0.3, [0.1, 0.2, 0.3] as [number, number, number]]) {
    test(`rotateWithOffset, fill ${fill}`, async () => {
      const run = (): tfc.Tensor[] => [
        tfc.image.rotateWithOffset(fixed([2, 5, 6, 3], 4, 0, 1) as tfc.Tensor4D, 0.43, fill, [0.4, 0.6]),
      ];
      expect(await against(run)).toEqual([]);
    });
  }
});
