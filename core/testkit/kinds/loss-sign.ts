/**
 * Whether a loss is of the right sign. On scores: for a pair that is the same the loss must not rise as the score goes
 * from unlike to alike, and for a different one not as it goes from alike to unlike. On embeddings no single value tells
 * (proxies start at random, some losses only pull): there one follows the loss downhill from embeddings that know
 * nothing of their groups, and what belongs together must then lie closer, against what does not, than before.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Score } from '../../contract/index.js';
import { flaw, passed, skip, type Trial, type Verdict } from '../check.js';
import { normalTensor, short, valuesOf } from '../numbers.js';
import { gradientOf } from '../slopes.js';
import type { Subject } from '../subject.js';
import { arity, type FormName, GROUPS, type OpenLoss, openLoss, WIDTH } from './loss-forms.js';

const ROWS = 12;

export function directionTrial(subject: Subject<'loss'>, form: FormName): Trial {
  return {
    name: 'the right sign',
    run: () => (form === 'pair scores' ? onScores(subject) : downhill(subject, form)),
  };
}

function onScores(subject: Subject<'loss'>): Verdict {
  const { needs } = subject.definition;
  const kinds = 'score' in needs ? [needs.score].flat() : [];
  if (kinds.includes('distance') && needs.targets === 'real') return skip('its target is the distance itself');
  const loss = openLoss(subject, 'pair scores');
  for (const kind of kinds) {
    for (const target of [1, 0]) {
      const path = pathOf(subject, kind, target);
      const values = valuesOf(
        loss.result(
          [tfc.tensor1d(path)],
          path.map(() => target),
        ).terms[0]!.values,
      );
      const at = values.findIndex((value, i) => i > 0 && value > values[i - 1]! + 1e-5 * Math.max(1, Math.abs(value)));
      const words = target === 1 ? 'a same pair that becomes more alike' : 'a different pair that becomes less alike';
      if (at > 0)
        return flaw(
          `${words} (${kind} ${short(path[at - 1]!)} to ${short(path[at]!)}) raises the loss from ${short(values[at - 1]!)} to ${short(values[at]!)}`,
        );
      if (target === 1 && values[0] === values.at(-1))
        return flaw(
          `whether a same pair is alike (${kind} ${short(path.at(-1)!)}) or not (${short(path[0]!)}) makes no difference to the loss`,
        );
    }
  }
  return passed;
}

/** Scores from the worst for this target to the best. */
function pathOf(subject: Subject<'loss'>, kind: Score, target: number): number[] {
  const { needs } = subject.definition;
  const sizes = (needs.margins ?? [])
    .map((name) => subject.options[name])
    .filter((margin) => typeof margin === 'number');
  const far = needs.distance === undefined ? 1 + 2 * Math.max(1, ...sizes) : 2;
  const [unlike, alike] = { distance: [far, 0], logit: [-6, 6], value: [0, 1] }[kind] as [number, number];
  const [from, to] = target === 1 ? [unlike, alike] : [alike, unlike];
  return Array.from({ length: 13 }, (_, i) => from + ((to - from) * i) / 12);
}

function downhill(subject: Subject<'loss'>, form: FormName): Verdict {
  const labelled = form === 'labelled-batch';
  const groups = Array.from({ length: ROWS }, (_, row) => row % GROUPS);
  const matched = follow(subject, form, labelled ? groups : new Array<number>(ROWS).fill(1));
  // a loss that compares targets with one another finds nothing to do where all are the same
  const mixed =
    matched.moved || labelled
      ? null
      : follow(
          subject,
          form,
          groups.map((row) => row % 2),
        );
  const { before, after, moved } = mixed ?? matched;
  if (!moved) return flaw('its gradient is 0 on a random batch: nothing would be learned');
  if (after > before + 0.02) return passed;
  return flaw(
    `following it downhill takes what belongs together apart: cosine of same less that of different ${short(before)} before, ${short(after)} after`,
  );
}

interface Followed {
  readonly before: number;
  readonly after: number;
  readonly moved: boolean;
}

/** 60 steps of 5% of the embeddings' length against the gradient, weights too. */
function follow(subject: Subject<'loss'>, form: FormName, labels: readonly number[]): Followed {
  const loss = openLoss(subject, form);
  let inputs = Array.from({ length: arity[form] }, (_, i) =>
    normalTensor(subject.draw(`downhill ${i}`), [ROWS, WIDTH]),
  ); // [12, 6] each
  const before = separation(form, inputs, labels);
  let moved = false;
  for (let step = 0; step < 60; step++) {
    const all = [...inputs, ...loss.trainable];
    const { gradients } = gradientOf((now) => loss.value(now.slice(0, inputs.length), labels), all);
    const next = all.map((tensor, i) => downward(tensor, gradients[i]!));
    moved ||= gradients
      .slice(0, inputs.length)
      .flat()
      .some((part) => part !== 0);
    inputs = next.slice(0, inputs.length);
    moveWeights(loss, next.slice(inputs.length));
  }
  return { before, after: separation(form, inputs, labels), moved };
}

function moveWeights(loss: OpenLoss, next: readonly Tensor[]): void {
  for (const [i, variable] of loss.trainable.entries()) variable.assign(next[i]!);
}

/** A step of 5% of the tensor's own length. -> its shape */
function downward(tensor: Tensor, gradient: readonly number[]): Tensor {
  const length = Math.hypot(...gradient);
  if (!(length > 0)) return tfc.clone(tensor);
  const size = (0.05 * Math.max(1e-2, Math.hypot(...valuesOf(tensor)))) / length;
  return tfc.sub(tensor, tfc.mul(size, tfc.tensor(gradient as number[], tensor.shape))); // shape of the tensor
}

/** Mean cosine of what belongs together less that of what does not. */
function separation(form: FormName, inputs: readonly Tensor[], labels: readonly number[]): number {
  const [a, b, c] = inputs.map(rowsOf);
  const same: number[] = [];
  const different: number[] = [];
  for (let i = 0; i < ROWS; i++) {
    if (form === 'triplets') {
      same.push(cosine(a![i]!, b![i]!));
      different.push(cosine(a![i]!, c![i]!));
      continue;
    }
    for (let j = 0; j < ROWS; j++) {
      if (form === 'labelled-batch' && i === j) continue;
      const together = form === 'pairs' ? i === j && labels[i] === 1 : labels[i] === labels[j];
      const value = cosine(a![i]!, (b ?? a)![j]!);
      // of pairs that are given as different only these are compared; where all match, every other right item is
      if (together) same.push(value);
      else if (form === 'labelled-batch' || i === j || labels.every((label) => label === 1)) different.push(value);
    }
  }
  return mean(same) - mean(different);
}

const rowsOf = (tensor: Tensor): number[][] => {
  const values = valuesOf(tensor);
  return Array.from({ length: ROWS }, (_, row) => values.slice(row * WIDTH, (row + 1) * WIDTH));
};
const cosine = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b) + 1e-12);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
