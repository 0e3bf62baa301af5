import * as tfc from '@tensorflow/tfjs-core';
import type { FieldKind, StepAugmentation, WorkerAugmentation } from '../../contract/index.js';
import { flaw, passed, remark, skip, type Trial, type Verdict } from '../check.js';
import { difference, notFinite, shapeText, valuesOf } from '../numbers.js';
import { stepAt, stepTrials } from '../step-use.js';
import type { Subject } from '../subject.js';

const shapeOf: Readonly<Record<FieldKind, readonly number[]>> = {
  vector: [12],
  number: [],
  image: [16, 16, 3],
  sequence: [24, 3],
  category: [],
  text: [16],
};
const exact = { relative: 0, absolute: 0 };

/** The same shape, other numbers, drawn by the step: the same again for the same step. */
export function augmentationTrials(subject: Subject<'augmentation'>): readonly Trial[] {
  const { accepts, place } = subject.definition;
  const trials = accepts.flatMap((kind) => {
    const named = (trial: Trial): Trial => (accepts.length > 1 ? { ...trial, name: `${trial.name} (${kind})` } : trial);
    return (place === 'step' ? stepKind(subject, kind) : workerKind(subject, kind)).map(named);
  });
  return trials;
}

/** Numbers in 0..1, as images are scaled. -> [4, ...shape] */
function valuesFor(subject: Subject<'augmentation'>, kind: FieldKind, name: string): tfc.Tensor {
  const shape = [4, ...shapeOf[kind]];
  const draw = subject.draw(`${name} ${kind}`);
  const size = shape.reduce((product, one) => product * one, 1);
  return tfc.tensor(
    Float32Array.from({ length: size }, () => draw.uniform()),
    shape,
  ); // [4, ...shape]
}

function stepKind(subject: Subject<'augmentation'>, kind: FieldKind): readonly Trial[] {
  const create = (): StepAugmentation => subject.create() as StepAugmentation;
  const augment = (step: number): tfc.Tensor => create().augment(valuesFor(subject, kind, 'values'), stepAt(step)); // [4, ...shape]
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
    ...stepTrials(subject, {
      what: 'augment',
      open: create,
      inputs: (number) => [valuesFor(subject, kind, `step${number}`)],
      run: (instance, [values], step) => [instance.augment(values!, step)],
    }),
  ];
}

const same = (a: readonly number[], b: readonly number[]): boolean => difference(a, b, exact) === null;

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
