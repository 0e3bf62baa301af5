import type { KernelConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

type FillMode = tfc.TransformAttrs['fillMode'];

/** Where output pixels come from: x and y in the input's pixels, and 1 where that place is finite. Each [t, oh, ow]. */
interface Places {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly finite: Tensor;
}

/**
 * Projective transforms of images, as TensorFlow's `ImageProjectiveTransformV3`. Output pixel (x, y) is the input at
 *   ((t0*x + t1*y + t2) / k, (t3*x + t4*y + t5) / k), k = t6*x + t7*y + 1
 * image [n, h, w, c], transforms [n or 1, 8] -> [n, oh, ow, c]
 * Made of plain operations, for every backend: tfjs-node has no such kernel, tfjs-wasm's reflects wrongly, and tfjs-cpu's
 * stops after the first image.
 */
export function transformKernel(backendName: string): KernelConfig {
  return {
    kernelName: tfc.Transform,
    backendName,
    kernelFunc: ({ inputs, attrs }) => {
      const { image, transforms } = inputs as unknown as { image: tfc.Tensor4D; transforms: tfc.Tensor2D };
      return tfc.tidy(() => transform(image, transforms, attrs as unknown as tfc.TransformAttrs));
    },
  };
}

function transform(image: tfc.Tensor4D, transforms: tfc.Tensor2D, attributes: tfc.TransformAttrs): Tensor {
  const { interpolation, fillMode, fillValue } = attributes;
  const [, height, width] = image.shape;
  const places = project(transforms, attributes.outputShape ?? [height, width]);
  const x = inside(places.x, width, fillMode); // [t, oh, ow]
  const y = inside(places.y, height, fillMode); // [t, oh, ow]
  const read = (atX: Tensor, atY: Tensor): Tensor =>
    pixels(image, { x: atX, y: atY, finite: places.finite }, fillValue);
  if (interpolation === 'nearest') return read(rounded(x), rounded(y)); // [n, oh, ow, c]
  const [left, top] = [tfc.floor(x), tfc.floor(y)]; // [t, oh, ow] each
  const [right, bottom] = [tfc.add(left, 1), tfc.add(top, 1)]; // [t, oh, ow] each
  const across = tfc.expandDims(tfc.sub(x, left), 3); // [t, oh, ow, 1]
  const down = tfc.expandDims(tfc.sub(y, top), 3); // [t, oh, ow, 1]
  const blend = (a: Tensor, b: Tensor, part: Tensor): Tensor => tfc.add(tfc.mul(a, tfc.sub(1, part)), tfc.mul(b, part));
  const upper = blend(read(left, top), read(right, top), across); // [n, oh, ow, c]
  const lower = blend(read(left, bottom), read(right, bottom), across); // [n, oh, ow, c]
  return blend(upper, lower, down); // [n, oh, ow, c]
}

function project(transforms: tfc.Tensor2D, [height, width]: readonly [number, number]): Places {
  const term = (at: number): Tensor => tfc.reshape(tfc.slice(transforms, [0, at], [-1, 1]), [-1, 1, 1]); // [t, 1, 1]
  const x = tfc.reshape(tfc.range(0, width, 1, 'float32'), [1, 1, width]); // [1, 1, ow]
  const y = tfc.reshape(tfc.range(0, height, 1, 'float32'), [1, height, 1]); // [1, oh, 1]
  const linear = (a: number, b: number, rest: Tensor | number): Tensor =>
    tfc.add(tfc.add(tfc.mul(term(a), x), tfc.mul(term(b), y)), rest); // [t, oh, ow]
  const scale = linear(6, 7, 1); // [t, oh, ow]
  const finite = tfc.cast(tfc.notEqual(scale, 0), 'float32'); // [t, oh, ow]
  const divisor = tfc.add(scale, tfc.sub(1, finite)); // [t, oh, ow], 1 where it was 0
  return { x: tfc.div(linear(0, 1, term(2)), divisor), y: tfc.div(linear(3, 4, term(5)), divisor), finite };
}

/** Places beyond the edge brought back by the fill mode: `constant` leaves them out there. [t, oh, ow] -> [t, oh, ow] */
function inside(at: Tensor, length: number, mode: FillMode): Tensor {
  if (mode === 'constant') return at; // [t, oh, ow]
  if (mode === 'reflect') return clamp(reflected(at, length), length); // abcd -> dcba|abcd|dcba
  if (mode === 'wrap') return clamp(wrapped(at, length), length); // abcd -> abcd|abcd|abcd
  return clamp(at, length); // abcd -> aaaa|abcd|dddd
}

const clamp = (at: Tensor, length: number): Tensor => tfc.clipByValue(at, 0, length - 1); // [t, oh, ow]

function reflected(at: Tensor, length: number): Tensor {
  const folded = tfc.where(tfc.less(at, 0), tfc.relu(tfc.sub(-1, at)), at); // [t, oh, ow], not negative
  const place = tfc.sub(folded, tfc.mul(2 * length, tfc.floor(tfc.div(folded, 2 * length)))); // [t, oh, ow]
  return tfc.where(tfc.less(place, length), place, tfc.sub(2 * length - 1, place)); // [t, oh, ow]
}

function wrapped(at: Tensor, length: number): Tensor {
  const last = Math.max(1, length - 1);
  const below = tfc.add(at, tfc.mul(length, tfc.add(tfc.floor(tfc.div(tfc.neg(at), last)), 1))); // [t, oh, ow]
  const above = tfc.sub(at, tfc.mul(length, tfc.floor(tfc.div(at, last)))); // [t, oh, ow]
  return tfc.where(tfc.less(at, 0), below, tfc.where(tfc.greater(at, length - 1), above, at)); // [t, oh, ow]
}

/** Halves away from zero, as C++ rounds; tfjs's own `round` goes to the even neighbour. [..] -> [..] */
const rounded = (x: Tensor): Tensor => tfc.mul(tfc.sign(x), tfc.floor(tfc.add(tfc.abs(x), 0.5)));

/** The image's pixels at whole places, the fill value outside of it. -> [n, oh, ow, c] */
function pixels(image: tfc.Tensor4D, { x, y, finite }: Places, fillValue: number): Tensor {
  const [batch, height, width, channels] = image.shape;
  const within = (at: Tensor, length: number): Tensor => tfc.cast(tfc.equal(at, clamp(at, length)), 'float32'); // [t, oh, ow]
  const known = tfc.expandDims(tfc.mul(finite, tfc.mul(within(x, width), within(y, height))), 3); // [t, oh, ow, 1]
  const whole = (at: Tensor, length: number): Tensor => tfc.cast(clamp(at, length), 'int32'); // [t, oh, ow]
  const flat = tfc.add(tfc.mul(whole(y, height), tfc.scalar(width, 'int32')), whole(x, width)); // [t, oh, ow], int32
  const first = tfc.mul(tfc.range(0, batch, 1, 'int32'), tfc.scalar(height * width, 'int32')); // [n], int32
  const rows = tfc.reshape(image, [batch * height * width, channels]); // [n*h*w, c]
  const found = tfc.gather(rows, tfc.add(tfc.reshape(first, [batch, 1, 1]), flat)); // [n, oh, ow, c]
  return tfc.add(tfc.mul(found, known), tfc.mul(fillValue, tfc.sub(1, known))); // [n, oh, ow, c]
}
