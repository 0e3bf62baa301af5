import * as tfc from '@tensorflow/tfjs-core';
import type { FieldKind, StepAugmentation, WorkerAugmentation } from '../../contract/index.js';
import { flaw, passed, remark, skip, type Trial, type Verdict } from '../check.js';
import { difference, notFinite, shapeText, valuesOf } from '../numbers.js';
import { stepAt, stepTrials } from '../step-use.js';
import { openSubject, type Subject } from '../subject.js';

const shapeOf: Readonly<Record<FieldKind, readonly number[]>> = {
  vector: [12],
  number: [1],
  image: [16, 16, 3],
  sequence: [24, 3],
  category: [1],
  text: [16],
};
const ROWS = 4;
/** Steps in which an augmentation is watched: what happens with a probability happens in some of them. */
const STEPS = 12;
const exact = { relative: 0, absolute: 0 };
const close = { relative: 1e-6, absolute: 1e-6 };

/** The same shape, other numbers, drawn by the step: the same again for the same step. */
export function augmentationTrials(subject: Subject<'augmentation'>): readonly Trial[] {
  const { accepts, place } = subject.definition;
  const trials = accepts.flatMap((kind) => {
    const named = (trial: Trial): Trial => (accepts.length > 1 ? { ...trial, name: `${trial.name} (${kind})` } : trial);
    return (place === 'step' ? stepKind(subject, kind) : workerKind(subject, kind)).map(named);
  });
  return trials;
}

/** Numbers in 0..1, as images are scaled; ids of texts and categories, padding behind them. -> [4, ...shape] */
function valuesFor(subject: Subject<'augmentation'>, kind: FieldKind, name: string): tfc.Tensor {
  const shape = [ROWS, ...shapeOf[kind]];
  const draw = subject.draw(`${name} ${kind}`);
  const size = shape.reduce((product, one) => product * one, 1);
  if (kind !== 'text' && kind !== 'category')
    return tfc.tensor(
      Float32Array.from({ length: size }, () => draw.uniform()),
      shape,
    ); // [4, ...shape]
  const [length] = shapeOf[kind] as [number];
  const used = kind === 'text' ? length - 5 : length;
  return tfc.tensor(
    Int32Array.from({ length: size }, (_, i) => (i % length < used ? 1 + draw.below(30) : 0)),
    shape,
    'int32',
  ); // [4, length]
}

const rowsOf = (values: tfc.Tensor, first: number, count: number): tfc.Tensor =>
  tfc.slice(values, [first, ...values.shape.slice(1).map(() => 0)], [count, ...values.shape.slice(1)]); // [count, ...shape]
/** The first row of `values`, and the rows of others behind it. -> [4, ...shape] */
const withFirst = (values: tfc.Tensor, others: tfc.Tensor): tfc.Tensor =>
  tfc.concat([rowsOf(values, 0, 1), rowsOf(others, 1, -1)], 0); // [4, ...shape]
const rowOf = (values: tfc.Tensor, row: number): readonly number[] => valuesOf(rowsOf(values, row, 1));

function stepKind(subject: Subject<'augmentation'>, kind: FieldKind): readonly Trial[] {
  const create = (): StepAugmentation => subject.create() as StepAugmentation;
  const augment = (step: number): tfc.Tensor => create().augment(valuesFor(subject, kind, 'values'), stepAt(step)); // [4, ...shape]
  const { identity, together } = subject.definition;
  return [
    {
      name: 'keeps the shape',
      run: () => {
        const [given, got] = [valuesFor(subject, kind, 'values'), augment(0)]; // [4, ...shape] each
        if (given.shape.join() !== got.shape.join())
          return flaw(`of ${shapeText(given.shape)} it makes ${shapeText(got.shape)}`);
        const found = notFinite(valuesOf(got), 'a number');
        return found === null ? passed : flaw(found);
      },
    },
    {
      name: 'seeded by the step',
      run: () => {
        if (difference(valuesOf(augment(0)), valuesOf(augment(0)), exact) !== null)
          return flaw('the same step draws otherwise the second time');
        return same(valuesOf(augment(0)), valuesOf(augment(1)))
          ? remark('two steps give the same: it draws nothing')
          : passed;
      },
    },
    { name: 'each item by its own draw', run: () => drawsApart(subject, kind) },
    ...(identity ? [{ name: 'changes nothing where it says so', run: () => isIdentity(subject, kind) }] : []),
    ...(together ? [{ name: 'one draw for both items of a pair', run: () => sharesDraw(subject, kind) }] : []),
    ...stepTrials(subject, {
      what: 'augment',
      open: create,
      inputs: (number) => [valuesFor(subject, kind, `step${number}`)],
      run: (instance, [values], step) => [instance.augment(values!, step)],
    }),
  ];
}

const same = (a: readonly number[], b: readonly number[]): boolean => difference(a, b, exact) === null;

const steps = Array.from({ length: STEPS }, (_, step) => step);

/** Rows that are alike must not all be changed alike, in every step. */
function drawsApart(subject: Subject<'augmentation'>, kind: FieldKind): Verdict {
  const first = rowsOf(valuesFor(subject, kind, 'values'), 0, 1); // [1, ...shape]
  const alike = tfc.tile(first, [ROWS, ...shapeOf[kind].map(() => 1)]); // [4, ...shape]
  const instance = subject.create() as StepAugmentation;
  const changed = steps.map((step) => instance.augment(alike, stepAt(step))); // each [4, ...shape]
  if (changed.every((one) => same(valuesOf(one), valuesOf(alike)))) return remark('it changes nothing by its defaults');
  return changed.every((one) => same(rowOf(one, 0), rowOf(one, 1)))
    ? remark('all items of a batch are changed by one draw')
    : passed;
}

function isIdentity(subject: Subject<'augmentation'>, kind: FieldKind): Verdict {
  const { name, schema, definition, settings, options } = subject;
  const still = { ...options, ...definition.identity };
  const plugin = { kind: 'augmentation', name, summary: '', options: schema, definition } as const;
  const instance = openSubject(plugin, still, settings).create() as StepAugmentation;
  const values = valuesFor(subject, kind, 'values'); // [4, ...shape]
  const changed = steps.find((step) => !same(valuesOf(instance.augment(values, stepAt(step))), valuesOf(values)));
  return changed === undefined ? passed : flaw(`with ${JSON.stringify(definition.identity)} it still changes values`);
}

/** Left and right are other batches: what happens to a row must not depend on the rows beside it. */
function sharesDraw(subject: Subject<'augmentation'>, kind: FieldKind): Verdict {
  const left = valuesFor(subject, kind, 'values'); // [4, ...shape]
  const right = withFirst(left, valuesFor(subject, kind, 'others')); // [4, ...shape]
  const instance = subject.create() as StepAugmentation;
  const apart = steps.find((step) => {
    const [one, other] = [instance.augment(left, stepAt(step)), instance.augment(right, stepAt(step))]; // [4, ...shape] each
    return difference(rowOf(one, 0), rowOf(other, 0), close) !== null;
  });
  return apart === undefined
    ? passed
    : flaw('two equal items under one draw come out differently: a row depends on the rows beside it');
}

type HostValue = string | Float32Array | Uint8Array;

function workerKind(subject: Subject<'augmentation'>, kind: FieldKind): readonly Trial[] {
  const create = (): WorkerAugmentation => subject.create() as WorkerAugmentation;
  const given = (): HostValue => {
    if (kind === 'text' || kind === 'category') return 'a short text of some words';
    const draw = subject.draw(kind);
    return Float32Array.from({ length: shapeOf[kind].reduce((product, one) => product * one, 1) }, () =>
      draw.uniform(),
    );
  };
  return [
    {
      name: 'keeps the kind of value and its length',
      run: () => keeps(create().augment(given(), subject.draw('one')), given()),
    },
    {
      name: 'seeded by its draw',
      run: () => {
        const [one, again, other] = ['one', 'one', 'other'].map((name) =>
          text(create().augment(given(), subject.draw(name))),
        );
        if (one !== again) return flaw('the same draw gives something else the second time');
        return one === other ? remark('two draws give the same: it draws nothing') : passed;
      },
    },
    {
      name: 'leaves its inputs as they are',
      run: () => {
        const value = given();
        const before = text(value);
        create().augment(value, subject.draw('one'));
        return text(value) === before ? passed : flaw('it changes the value that it is given; it must return another');
      },
    },
    { name: 'draws nothing in JavaScript in the step', run: () => skip('it works beside the step') },
  ];
}

const text = (value: HostValue): string => (typeof value === 'string' ? value : Array.from(value).join());

function keeps(got: HostValue, given: HostValue): Verdict {
  if (typeof got !== typeof given || got.constructor !== given.constructor)
    return flaw(`of ${given.constructor.name} it makes ${(got as object | undefined)?.constructor.name}`);
  if (typeof given !== 'string' && got.length !== given.length)
    return flaw(`of ${given.length} numbers it makes ${got.length}`);
  const found = typeof got === 'string' ? null : notFinite(Array.from(got), 'a number');
  return found === null ? passed : flaw(found);
}
