import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { OptimizerInstance } from '../../contract/index.js';
import { isFused } from '../../engine/fused.js';
import { flaw, flawIf, passed, skip, type Trial, type Verdict } from '../check.js';
import { difference, normalTensor, notFinite, shapeText, short, valuesOf } from '../numbers.js';
import { stepTrials } from '../step-use.js';
import type { Subject } from '../subject.js';

const SHAPE = [3, 4];
type Instance = OptimizerInstance<Record<string, number>>;
type Slots = Readonly<Record<string, Tensor>>;

/** It goes downhill, keeps its slots, and stays finite whatever the gradients are. */
export function optimizerTrials(subject: Subject<'optimizer'>): readonly Trial[] {
  return [
    { name: 'returns the weight and its slots', run: () => shapes(subject) },
    { name: 'goes downhill', run: () => descends(subject) },
    { name: 'finite for every gradient', run: () => finite(subject) },
    { name: 'rests where there is no gradient', run: () => rests(subject) },
    { name: 'each number by itself', run: () => elementwise(subject) },
    { name: 'fused equals update', run: () => fused(subject) },
    ...stepTrials(subject, {
      what: 'update',
      open: () => subject.create() as Instance,
      inputs: (number) => [
        normalTensor(subject.draw(`w${number}`), SHAPE),
        normalTensor(subject.draw(`g${number}`), SHAPE),
        ...Object.values(freshSlots(subject)),
      ],
      run: (instance, [weight, gradient, ...slots], { index }) => {
        const names = Object.keys(subject.definition.slots);
        const given = Object.fromEntries(names.map((name, i) => [name, slots[i]!]));
        const step = tfc.add(tfc.cast(index, 'float32'), 1); // []
        const next = instance.update({
          weight: weight!,
          gradient: gradient!,
          slots: given,
          learningRate: rateOf(subject),
          step,
          decay: true,
        });
        return [next.weight, ...names.map((name) => next.slots[name]!)];
      },
    }),
  ];
}

const freshSlots = ({ definition }: Subject<'optimizer'>): Slots =>
  Object.fromEntries(Object.entries(definition.slots).map(([name, value]) => [name, tfc.fill(SHAPE, value)])); // [3, 4] each

/** Its own default learning rate. -> [] */
function rateOf({ options }: Subject<'optimizer'>): Tensor {
  const rate = options['learningRate'];
  return tfc.scalar(typeof rate === 'number' ? rate : 0.01); // []
}

function shapes(subject: Subject<'optimizer'>): Verdict {
  const slots = freshSlots(subject);
  const next = update(subject, subject.create() as Instance, {
    weight: normalTensor(subject.draw('w'), SHAPE),
    gradient: normalTensor(subject.draw('g'), SHAPE),
    slots,
    at: 1,
  });
  const [own, got] = [Object.keys(slots).sort().join(', '), Object.keys(next.slots).sort().join(', ')];
  if (own !== got) return flaw(`it declares the slots ${own || 'none'} and returns ${got || 'none'}`);
  const wrong = [next.weight, ...Object.values(next.slots)].find(({ shape }) => shape.join() !== SHAPE.join());
  return wrong ? flaw(`it returns the shape ${shapeText(wrong.shape)} for a weight ${shapeText(SHAPE)}`) : passed;
}

interface Update {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  readonly slots: Slots;
  /** From 1. */
  readonly at: number;
  readonly decay?: boolean;
  readonly rate?: number;
}
const update = (
  subject: Subject<'optimizer'>,
  instance: Instance,
  { at, decay = false, rate, ...rest }: Update,
): { weight: Tensor; slots: Slots } =>
  instance.update({
    ...rest,
    decay,
    step: tfc.scalar(at),
    learningRate: rate === undefined ? rateOf(subject) : tfc.scalar(rate),
  });

/** 200 steps on sum(c * w^2) / 2, c from 0.5 to 2, at a rate that is usual for what it is. */
function descends(subject: Subject<'optimizer'>): Verdict {
  const instance = subject.create() as Instance;
  const curvature = tfc.reshape(tfc.linspace(0.5, 2, 12), SHAPE); // [3, 4]
  let [weight, slots]: [Tensor, Slots] = [normalTensor(subject.draw('start'), SHAPE), freshSlots(subject)]; // [3, 4]
  const value = (): number => valuesOf(tfc.sum(tfc.mul(curvature, tfc.square(weight))))[0]! / 2;
  const start = value();
  for (let at = 1; at <= 200; at++) {
    const next = update(subject, instance, { weight, gradient: tfc.mul(curvature, weight), slots, at });
    [weight, slots] = [next.weight, next.slots];
  }
  const end = value();
  if (!(end < start))
    return flaw(`after 200 steps on a quadratic bowl its value is ${short(end)}, at the start it was ${short(start)}`);
  subject.record('bowl', [end]);
  return passed;
}

function finite(subject: Subject<'optimizer'>): Verdict {
  for (const size of [0, 1e-12, 1, 1e6]) {
    const instance = subject.create() as Instance;
    let [weight, slots]: [Tensor, Slots] = [normalTensor(subject.draw('w'), SHAPE), freshSlots(subject)]; // [3, 4]
    for (let at = 1; at <= 3; at++) {
      const next = update(subject, instance, { weight, gradient: tfc.fill(SHAPE, size), slots, at });
      [weight, slots] = [next.weight, next.slots];
      const found = notFinite([weight, ...Object.values(slots)].flatMap(valuesOf), 'a weight or slot');
      if (found !== null) return flaw(`after ${at} steps with gradients of ${size} ${found}`);
    }
  }
  return passed;
}

/** Without a gradient, and where weight decay does not apply. */
function rests(subject: Subject<'optimizer'>): Verdict {
  const weight = normalTensor(subject.draw('w'), SHAPE); // [3, 4]
  const next = update(subject, subject.create() as Instance, {
    weight,
    gradient: tfc.zeros(SHAPE),
    slots: freshSlots(subject),
    at: 1,
  });
  return flawIf(
    difference(valuesOf(weight), valuesOf(next.weight), { absolute: 1e-6 }) === null
      ? null
      : 'without a gradient and without decay it moves the weight',
  );
}

function elementwise(subject: Subject<'optimizer'>): Verdict {
  const [weight, gradient] = [normalTensor(subject.draw('w'), SHAPE), normalTensor(subject.draw('g'), SHAPE)]; // [3, 4] each
  const moved = tfc.add(
    gradient,
    tfc.tensor(
      Array.from({ length: 12 }, (_, i) => Number(i === 11)),
      SHAPE,
    ),
  ); // [3, 4]
  const [one, other] = [gradient, moved].map((given) =>
    valuesOf(
      update(subject, subject.create() as Instance, { weight, gradient: given, slots: freshSlots(subject), at: 1 })
        .weight,
    ).slice(0, 11),
  );
  return difference(one!, other!) === null ? passed : skip('it normalises over the whole weight');
}

const FUSED_STEPS = 5;

/** A fused operation has no eager form: it runs in a compiled program, and `update` beside it. */
async function fused(subject: Subject<'optimizer'>): Promise<Verdict> {
  const { definition, options } = subject;
  if (!definition.fused) return skip('it has no fused operation');
  const { op } = definition.fused;
  if (!isFused(op)) return flaw(`siamese knows no fused operation ${op}, so that it would never be used`);
  if (tfc.getBackend() !== 'tensorflow') return skip(`${op} works in compiled steps of the native engine only`);
  const { fusedSteps } = await import('../fused-steps.js');
  const weight = normalTensor(subject.draw('w'), SHAPE); // [3, 4]
  const gradients = Array.from({ length: FUSED_STEPS }, (_, i) => normalTensor(subject.draw(`g${i}`), SHAPE)); // [3, 4] each
  const attributes = definition.fused.attributes(options as never) as Readonly<Record<string, number | boolean>>;
  const got = fusedSteps({
    op,
    attributes,
    weight,
    slots: freshSlots(subject),
    gradients: Float32Array.from(gradients.flatMap(valuesOf)),
    learningRate: valuesOf(rateOf(subject))[0]!,
    steps: FUSED_STEPS,
  });
  for (const decay of [false, true]) {
    const expected = updated(subject, { weight, gradients, decay });
    for (const [name, values] of Object.entries({ weight: expected.weight, ...expected.slots })) {
      const found = difference(valuesOf(values), name === 'weight' ? got.weight : got.slots[name]!, { absolute: 1e-6 });
      const where = `${name} after ${FUSED_STEPS} steps${decay ? ', where weights decay' : ''}`;
      if (found !== null) return flaw(`update gives another ${where} than ${op}: ${found}`);
    }
  }
  return passed;
}

/** A weight and its slots after updates by these gradients. */
function updated(
  subject: Subject<'optimizer'>,
  {
    weight,
    gradients,
    decay,
  }: { readonly weight: Tensor; readonly gradients: readonly Tensor[]; readonly decay: boolean },
): { readonly weight: Tensor; readonly slots: Slots } {
  const instance = subject.create() as Instance;
  let now: { readonly weight: Tensor; readonly slots: Slots } = { weight, slots: freshSlots(subject) };
  for (const [i, gradient] of gradients.entries())
    now = update(subject, instance, { ...now, gradient, at: i + 1, decay });
  return now;
}
