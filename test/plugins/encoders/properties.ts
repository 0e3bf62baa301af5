/** What every encoder must hold, on every engine. */
import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Input } from '../../../core/contract/index.js';
import type { Plugin } from '../../../core/plugin/define.js';
import type { Options } from '../../../core/plugin/view.js';
import { statelessUniform } from '../../../core/random/index.js';
import type { BuiltEncoder } from '../../../core/train/encoder.js';
import { exportWeights, importWeights } from '../../../core/train/weights.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { availableBackends } from '../../run/backends.js';
import { expectClose } from '../numeric.js';
import { build } from './building.js';

export interface EncoderCase {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly options: Options;
  /** How far the engines may be apart, relative to the largest number of a result. Default 1e-4. */
  readonly tolerance?: number;
}

const ROWS = 6;
const backends = await availableBackends();

/** Fixed items of the inputs' kinds; ids end in padding, of another length in each row. -> each [rows, ...shape] */
export function itemsOf(inputs: readonly Input[], seed: number, rows = ROWS): tfc.Tensor[] {
  return inputs.map(({ shape, dtype, vocabulary }, at) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const drawn = statelessUniform(rows * size, [seed, at + 40]);
    if (dtype === 'float32') {
      return tfc.tensor(
        drawn.map((value) => 2 * value - 1),
        [rows, ...shape],
      ); // [rows, ...shape]
    }
    const length = shape.at(-1)!;
    const ids = Int32Array.from(drawn, (value, i) => {
      const kept = 1 + (Math.floor(i / size) % length); // of this row
      return i % length < kept ? 1 + Math.floor(value * ((vocabulary ?? 2) - 1)) : 0;
    });
    return tfc.tensor(ids, [rows, ...shape], 'int32'); // [rows, ...shape]
  });
}

/** A loss of a step over pairs of items, left pass first, with its gradient by each trainable weight. */
function stepOf(encoder: BuiltEncoder, left: tfc.Tensor[], right: tfc.Tensor[]) {
  const trained = encoder.weights.filter(({ trainable }) => trainable);
  const step = stepAt(3);
  const { value, grads } = tfc.variableGrads(
    () => {
      const [a, b] = [encoder.apply(left, step), encoder.apply(right, step)]; // [rows, dimensions] each
      const apart = tfc.sum(tfc.squaredDifference(a, b), 1); // [rows]
      const sign = tfc.tensor1d(Array.from({ length: ROWS }, (_, i) => (i % 2 === 0 ? 1 : -0.5))); // [rows]
      const wave = tfc.sin(tfc.range(1, 1 + a.shape[1]!)); // [dimensions]; a loss of distances alone does not see the last bias
      return tfc.add(tfc.sum(tfc.mul(sign, apart)), tfc.sum(tfc.mul(a, wave))) as tfc.Scalar; // []
    },
    trained.map(({ variable }) => variable),
  );
  return { value, gradients: trained.map(({ name, variable }) => ({ name, gradient: grads[variable.name] ?? null })) };
}

interface Numbers {
  readonly [name: string]: readonly number[];
}

/** Everything that a case computes, by name. */
function numbersOf(plugin: Plugin<'encoder'>, { inputs, options }: EncoderCase): Numbers {
  const encoder = build(plugin, inputs, { options });
  const numbers: Record<string, readonly number[]> = {};
  tfc.tidy(() => {
    const [left, right] = [itemsOf(inputs, 1), itemsOf(inputs, 2)];
    numbers['embedding'] = valuesOf(encoder.apply(left, stepAt(0, false)));
    const { value, gradients } = stepOf(encoder, left, right);
    numbers['loss'] = valuesOf(value);
    for (const { name, gradient } of gradients) numbers[`gradient by ${name}`] = gradient ? valuesOf(gradient) : [];
    for (const { name, variable, trainable } of encoder.weights) {
      if (!trainable) numbers[`${name} after the step`] = valuesOf(variable);
    }
  });
  encoder.dispose();
  return numbers;
}

export function encoderProperties(plugin: Plugin<'encoder'>, cases: readonly EncoderCase[]): void {
  describe.each(cases)('as every encoder: $name', (one) => {
    const { inputs, options } = one;
    const expected = new Map<string, Numbers>();
    describe.each(backends)('on $name', ({ name, open }) => {
      beforeAll(open);

      it('gives the declared shape, finite, and every trainable weight a gradient; no tensor is left behind', () => {
        build(plugin, inputs, { options }).dispose();
        const before = tfc.memory().numTensors;
        const numbers = numbersOf(plugin, one);
        expect(tfc.memory().numTensors).toBe(before);
        expect(numbers['embedding']!.length).toBe(ROWS * (options['dimensions'] as number));
        for (const [what, values] of Object.entries(numbers)) {
          expect(values.length, what).toBeGreaterThan(0);
          expect(values.every(Number.isFinite), what).toBe(true);
          if (what.startsWith('gradient'))
            expect(
              values.some((value) => value !== 0),
              what,
            ).toBe(true);
        }
        expected.set(name, numbers);
      });

      it('gives the numbers of the first engine', () => {
        const first = expected.get(backends[0]!.name)!;
        const own = expected.get(name)!;
        expect(Object.keys(own)).toEqual(Object.keys(first));
        // what rounding alone leaves of a gradient (of a shift before batch normalisation) is compared with the others
        const gradients = Object.keys(first).filter((what) => what.startsWith('gradient'));
        const usual = Math.max(...gradients.flatMap((what) => first[what]!.map(Math.abs)));
        for (const [what, values] of Object.entries(first)) {
          const least = what.startsWith('gradient') ? usual / 100 : 1e-3;
          const largest = Math.max(least, ...values.map(Math.abs));
          const error = Math.max(...values.map((value, i) => Math.abs(value - own[what]![i]!))) / largest;
          expect(error, what).toBeLessThanOrEqual(one.tolerance ?? 1e-4);
        }
      });
    });

    describe('built again', () => {
      beforeAll(() => backends[0]!.open());
      const embedded = (encoder: BuiltEncoder): number[] =>
        tfc.tidy(() => valuesOf(encoder.apply(itemsOf(inputs, 5), stepAt(0, false))));

      it('has the same names and, by the seed alone, the same weights', () => {
        const [a, b] = [build(plugin, inputs, { options }), build(plugin, inputs, { options })];
        const other = build(plugin, inputs, { options, seed: 8 });
        expect(b.weights.map(({ name }) => name)).toEqual(a.weights.map(({ name }) => name));
        expect(embedded(b)).toEqual(embedded(a));
        expect(embedded(other)).not.toEqual(embedded(a));
        for (const encoder of [a, b, other]) encoder.dispose();
      });

      it('gives the same embeddings from its saved weights', () => {
        const [from, to] = [build(plugin, inputs, { options }), build(plugin, inputs, { options, seed: 9 })];
        for (const { variable } of from.weights) tfc.tidy(() => variable.assign(tfc.mul(variable, 1.25)));
        importWeights(to.weights, exportWeights(from.weights));
        expect(embedded(to)).toEqual(embedded(from));
        for (const encoder of [from, to]) encoder.dispose();
      });

      it('gives an item the same embedding alone as among others', () => {
        const encoder = build(plugin, inputs, { options });
        const all = embedded(encoder);
        const alone = tfc.tidy(() => {
          const second = itemsOf(inputs, 5).map((items) => tfc.slice(items, [1], [1])); // [1, ...shape] each
          return valuesOf(encoder.apply(second, stepAt(0, false)));
        });
        const width = options['dimensions'] as number;
        expectClose(alone, all.slice(width, 2 * width), 1e-5);
        encoder.dispose();
      });

      it('has as many parameters as its layers say', () => {
        const encoder = build(plugin, inputs, { options, seed: null });
        const counted = encoder.layers.reduce((sum, { parameters }) => sum + parameters, 0);
        expect(encoder.parameters).toBe(counted);
        encoder.dispose();
      });
    });
  });
}

/** The gradient of a smooth encoder by some numbers of every trainable weight against central differences. */
export function smoothGradients(plugin: Plugin<'encoder'>, { inputs, options }: EncoderCase): void {
  it('has the gradients that differences of its loss say, by every weight', async () => {
    await backends[0]!.open();
    const encoder = build(plugin, inputs, { options });
    tfc.tidy(() => {
      const [left, right] = [itemsOf(inputs, 1), itemsOf(inputs, 2)];
      const { gradients } = stepOf(encoder, left, right);
      const kept = exportWeights(encoder.weights); // batch statistics are left out of what moves the loss
      for (const { name, gradient } of gradients) {
        const { variable } = encoder.weights.find((weight) => weight.name === name)!;
        const values = valuesOf(variable);
        const found = valuesOf(gradient!);
        const largest = Math.max(...found.map(Math.abs));
        const place = found.findIndex((value) => Math.abs(value) === largest);
        const lossAt = (change: number): number => {
          importWeights(encoder.weights, kept);
          variable.assign(tfc.tensor(values.with(place, values[place]! + change), variable.shape));
          return valuesOf(stepOf(encoder, left, right).value)[0]!;
        };
        const h = 1e-2;
        const difference = (lossAt(h) - lossAt(-h)) / (2 * h);
        expect(Math.abs(found[place]! - difference) / Math.max(0.05, largest), name).toBeLessThan(0.03);
      }
    });
    encoder.dispose();
  });
}
