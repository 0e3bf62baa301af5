import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { FieldKind, Input } from '../../contract/index.js';
import { decodeSafetensors, encodeSafetensors } from '../../files/index.js';
import { type Problem, ProblemError } from '../../problem/index.js';
import { fromStored, toStored } from '../../run/model.js';
import { type BuiltEncoder, buildEncoder } from '../../train/encoder.js';
import { exportWeights, importWeights } from '../../train/weights.js';
import { flaw, flawIf, passed, skip, type Trial, type Verdict } from '../check.js';
import { difference, normalTensor, notFinite, shapeText, valuesOf } from '../numbers.js';
import { gradientOf } from '../slopes.js';
import { stepAt, stepTrials } from '../step-use.js';
import type { Subject } from '../subject.js';

const ITEMS = 6;
const exact = { relative: 0, absolute: 0 };
const close = { relative: 1e-4, absolute: 1e-5 };

/** An embedding for each item, of it alone, by seeded weights that are all trained, saved and loaded. */
export function encoderTrials(subject: Subject<'encoder'>): readonly Trial[] {
  return exampleInputs(subject).flatMap((inputs) => {
    const kind = inputs.map((input) => input.kind).join(', ');
    return trialsOf(subject, inputs).map(({ name, run }) => ({
      name: `${name} (${kind})`,
      run: unlessMadeUp(subject, run),
    }));
  });
}

/** What its other choices are tried on: the smallest of its inputs. */
export function smallestInputs(subject: Subject<'encoder'>): readonly Input[] {
  const size = (inputs: readonly Input[]): number =>
    inputs.reduce((sum, { shape }) => sum + shape.reduce((product, one) => product * one, 1), 0);
  return [...exampleInputs(subject)].filter((inputs) => size(inputs) > 1).sort((a, b) => size(a) - size(b))[0] ?? [];
}

/**
 * Options that the kit has made up (a path, a list of layers) may fit no input, or only some: what the plugin refuses in
 * plain words is no fault then.
 */
function unlessMadeUp({ schema, settings }: Subject<'encoder'>, run: Trial['run']): Trial['run'] {
  const madeUp = (schema.required ?? []).filter((name) => !(name in (settings.options ?? {})));
  if (madeUp.length === 0) return run;
  return async () => {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problems.some(({ code }) => code === 'PLUGIN_FAILED')) throw error;
      const [{ message }] = error.problems as readonly [Problem];
      return skip(`with ${madeUp.join(' and ')} made up by the kit it refuses: ${message}`);
    }
  };
}

function trialsOf(subject: Subject<'encoder'>, inputs: readonly Input[]): readonly Trial[] {
  const build = (seed = 1): BuiltEncoder =>
    buildEncoder({ plugin: subject.name, inputs, seed, create: (context) => subject.create(context as never) });
  return [
    { name: 'an embedding for each item', run: () => embeds(subject, build(), inputs) },
    { name: 'finite', run: () => finite(subject, build(), inputs) },
    { name: 'one seed, one encoder', run: () => seeded(subject, build, inputs) },
    { name: 'shared weights', run: () => shared(subject, build(), inputs) },
    { name: 'in use an embedding depends on its item alone', run: () => alone(subject, build(), inputs) },
    { name: 'every trainable weight gets a gradient', run: () => reached(subject, build(), inputs) },
    { name: 'saved and loaded it is the same', run: () => saved(subject, build, inputs) },
    ...stepTrials(subject, {
      what: 'the encoder',
      open: () => build(),
      inputs: (number) => batchOf(subject, inputs, `step${number}`),
      run: (encoder, batch, step) => [encoder.apply(batch, step)],
    }),
  ];
}

const sizes: Readonly<Record<FieldKind, Readonly<Record<number, readonly number[]>>>> = {
  vector: { 1: [12] },
  number: { 0: [], 1: [3] },
  image: { 2: [32, 32], 3: [32, 32, 3] },
  sequence: { 1: [24], 2: [24, 3] },
  category: { 0: [], 1: [4] },
  text: { 1: [16] },
};
const isId = (kind: FieldKind): boolean => kind === 'category' || kind === 'text';

/** One input of each kind and rank that it accepts: each by itself, or all together where it takes many. */
function exampleInputs({ definition, settings }: Subject<'encoder'>): readonly (readonly Input[])[] {
  if (settings.inputs) return [settings.inputs];
  const single = Object.entries(definition.accepts).flatMap(([kind, ranks]) =>
    (ranks ?? []).map((rank) => exampleInput(kind as FieldKind, rank)),
  );
  const many = definition.inputs === 'many' && single.length > 1;
  return many ? [...single.map((one) => [one]), single] : single.map((one) => [one]);
}

function exampleInput(kind: FieldKind, rank: number): Input {
  const shape = sizes[kind][rank] ?? Array.from({ length: rank }, () => 8);
  const ids = isId(kind);
  return { name: `${kind}${rank}`, kind, shape, dtype: ids ? 'int32' : 'float32', vocabulary: ids ? 9 : null };
}

/** Ids begin at 1 (0 is padding), and the last of a text are padding. -> each [6, ...shape] */
function batchOf(subject: Subject<'encoder'>, inputs: readonly Input[], name: string): Tensor[] {
  return inputs.map((input) => {
    const draw = subject.draw(`${name} ${input.name}`);
    const shape = [ITEMS, ...input.shape];
    if (input.dtype === 'float32') return normalTensor(draw, shape); // [6, ...shape]
    const width = input.shape.reduce((product, size) => product * size, 1);
    const ids = Int32Array.from({ length: ITEMS * width }, (_, i) =>
      input.kind === 'text' && i % width >= width - 4 ? 0 : 1 + draw.below((input.vocabulary ?? 9) - 1),
    );
    return tfc.tensor(ids, shape, 'int32'); // [6, ...shape]
  });
}

const inUse = () => ({ ...stepAt(0), training: false });

function embeds(subject: Subject<'encoder'>, encoder: BuiltEncoder, inputs: readonly Input[]): Verdict {
  const output = encoder.apply(batchOf(subject, inputs, 'batch'), inUse()); // [6, dimensions]
  const wanted = [ITEMS, encoder.dimensions];
  if (output.shape.join() !== wanted.join())
    return flaw(`of ${ITEMS} items it gives ${shapeText(output.shape)}, not ${shapeText(wanted)}`);
  if (output.dtype !== 'float32') return flaw(`its embeddings are ${output.dtype}, not float32`);
  const { dimensions } = subject.options;
  const asked = typeof dimensions === 'number' && dimensions !== encoder.dimensions;
  return asked ? flaw(`its embeddings have ${encoder.dimensions} dimensions, its option says ${dimensions}`) : passed;
}

function finite(subject: Subject<'encoder'>, encoder: BuiltEncoder, inputs: readonly Input[]): Verdict {
  const batch = batchOf(subject, inputs, 'batch');
  const empty = batch.map((tensor) => tfc.zerosLike(tensor)); // each [6, ...shape]
  for (const [where, given] of [
    ['on random items', batch],
    ['on items of zeros', empty],
  ] as const) {
    for (const step of [stepAt(0), inUse()]) {
      const found = notFinite(valuesOf(encoder.apply(given, step)), `a number of an embedding`);
      if (found !== null) return flaw(`${where} ${found} ${step.training ? 'in training' : 'in use'}`);
    }
  }
  return passed;
}

function seeded(
  subject: Subject<'encoder'>,
  build: (seed?: number) => BuiltEncoder,
  inputs: readonly Input[],
): Verdict {
  const [one, same, other] = [build(1), build(1), build(2)].map((encoder) =>
    valuesOf(encoder.apply(batchOf(subject, inputs, 'batch'), inUse())),
  );
  const found = difference(one!, same!, exact);
  if (found !== null) return flaw(`built twice from one seed it embeds differently: ${found}`);
  const trained = build(1).trainableParameters > 0;
  return trained && difference(one!, other!, exact) === null ? flaw('another seed gives the same weights') : passed;
}

/** Left and right go through the same weights: applying it makes none, and the same item has one embedding. */
function shared(subject: Subject<'encoder'>, encoder: BuiltEncoder, inputs: readonly Input[]): Verdict {
  const batch = batchOf(subject, inputs, 'batch');
  const count = (): number => Object.keys(tfc.engine().registeredVariables).length;
  const before = count();
  const [left, right] = [valuesOf(encoder.apply(batch, inUse())), valuesOf(encoder.apply(batch, inUse()))];
  if (count() !== before) return flaw(`applying it makes ${count() - before} new weights`);
  const found = difference(left, right, exact);
  return found === null ? passed : flaw(`one item has two embeddings: ${found}`);
}

function alone(subject: Subject<'encoder'>, encoder: BuiltEncoder, inputs: readonly Input[]): Verdict {
  const batch = batchOf(subject, inputs, 'batch');
  const all = valuesOf(encoder.apply(batch, inUse())).slice(0, encoder.dimensions);
  const first = batch.map((tensor) => tfc.slice(tensor, 0, 1)); // each [1, ...shape]
  const found = difference(all, valuesOf(encoder.apply(first, inUse())), close);
  return found === null ? passed : flaw(`beside other items an item is embedded otherwise: ${found}`);
}

function reached(subject: Subject<'encoder'>, encoder: BuiltEncoder, inputs: readonly Input[]): Verdict {
  const trained = encoder.weights.filter(({ trainable }) => trainable);
  if (trained.length === 0) return skip('it has no trainable weights');
  const batch = batchOf(subject, inputs, 'batch');
  const factors = normalTensor(subject.draw('factors'), [ITEMS, encoder.dimensions]); // [6, dimensions]
  const compute = (): Tensor => tfc.mul(factors, encoder.apply(batch, stepAt(0))); // [6, dimensions]
  const { gradients } = gradientOf(
    compute,
    trained.map(({ variable }) => variable),
  );
  const found = trained.filter((_, i) => gradients[i]!.every((part) => part === 0)).map(({ name }) => name);
  const wrong = notFinite(gradients.flat(), 'a gradient');
  return flawIf(wrong ?? (found.length === 0 ? null : `no gradient reaches ${found.join(', ')}`));
}

/** Through the bytes of a weights file, into an encoder of another seed. */
async function saved(
  subject: Subject<'encoder'>,
  build: (seed?: number) => BuiltEncoder,
  inputs: readonly Input[],
): Promise<Verdict> {
  const [encoder, other] = [build(1), build(2)];
  const batch = batchOf(subject, inputs, 'batch');
  encoder.apply(batch, stepAt(0)); // moving averages move
  const names = encoder.weights.map(({ name }) => name);
  if (new Set(names).size < names.length) return flaw('two of its weights have the same name');
  const bytes = Buffer.concat(encodeSafetensors(toStored(exportWeights(encoder.weights))));
  const { tensors } = await decodeSafetensors('weights.safetensors', bytes);
  importWeights(other.weights, fromStored(tensors));
  const found = difference(valuesOf(encoder.apply(batch, inUse())), valuesOf(other.apply(batch, inUse())), exact);
  return found === null ? passed : flaw(`after saving and loading it embeds otherwise: ${found}`);
}
