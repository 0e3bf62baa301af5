import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { readsMostPositives } from '../../train/loss.js';
import { flaw, flawIf, passed, remark, skip, type Trial, type Verdict } from '../check.js';
import { difference, normalTensor, notFinite, shapeText, short, valuesOf } from '../numbers.js';
import { checkSlopes, gradientNotFinite, gradientOf } from '../slopes.js';
import { stepAt, stepTrials } from '../step-use.js';
import type { Subject } from '../subject.js';
import { arity, type FormName, formsOf, GROUPS, type OpenLoss, openLoss, WIDTH } from './loss-forms.js';
import { directionTrial } from './loss-sign.js';

const ROWS = 12;

/** Finite with right gradients everywhere, also where nothing meets; the same in any order; of the right sign. */
export function lossTrials(subject: Subject<'loss'>): readonly Trial[] {
  const forms = formsOf(subject.definition.needs);
  return forms.flatMap((form) => {
    const named = (trial: Trial): Trial => (forms.length > 1 ? { ...trial, name: `${trial.name} (${form})` } : trial);
    return trialsOf(subject, form).map(named);
  });
}

function trialsOf(subject: Subject<'loss'>, form: FormName): readonly Trial[] {
  const open = (): OpenLoss => openLoss(subject, form);
  return [
    { name: 'returns what its contract says', run: () => shapes(subject, open()) },
    { name: 'finite everywhere', run: () => everywhere(subject, open()) },
    { name: 'finite where nothing meets', run: () => poorBatches(subject, open()) },
    {
      name: 'batch of one',
      run: () => flawIf(finite(open(), inputsOf(subject, form, 'one', 1), labelsOf(subject, form, 1))),
    },
    ...(form === 'pair scores' ? [{ name: 'each pair by itself', run: () => unreduced(subject, open()) }] : []),
    { name: 'the same in any order', run: () => anyOrder(subject, open()) },
    ...(form === 'labelled-batch' && readsMostPositives(subject.definition.needs)
      ? [{ name: 'the same where few positives are known', run: () => fewPositives(subject, open()) }]
      : []),
    { name: 'gradient equals finite differences', run: () => slopes(subject, open()) },
    { name: 'every trainable weight gets a gradient', run: () => reached(subject, open()) },
    directionTrial(subject, form),
    ...stepTrials(subject, {
      what:
        form === 'pair scores'
          ? 'perPair'
          : form === 'pairs'
            ? 'perPairBatch'
            : form === 'triplets'
              ? 'perTriplet'
              : 'perBatch',
      open,
      inputs: (number) => inputsOf(subject, form, `step${number}`, ROWS),
      run: (loss, inputs, step) => {
        const { terms, updates = {}, monitors = {} } = loss.result(inputs, labelsOf(subject, form, ROWS), step);
        const all = terms.flatMap(({ values, weights }) => (weights ? [values, weights] : [values]));
        return [...all, ...Object.values(updates as Record<string, Tensor>), ...Object.values(monitors)];
      },
    }),
  ];
}

/** Random embeddings, or scores of the kind that the loss reads. */
function inputsOf(subject: Subject<'loss'>, form: FormName, name: string, rows: number): readonly Tensor[] {
  if (form === 'pair scores') return [scoresOf(subject, name, rows)];
  return Array.from({ length: arity[form] }, (_, i) => normalTensor(subject.draw(`${name} ${i}`), [rows, WIDTH])); // [rows, 6] each
}

/** Distances are not negative, and those of a cosine at most 2. */
function scoresOf(subject: Subject<'loss'>, name: string, rows: number): Tensor {
  const draw = subject.draw(name);
  const { needs } = subject.definition;
  const distance = 'score' in needs && [needs.score].flat()[0] === 'distance';
  return tfc.tensor1d(
    Array.from({ length: rows }, () => (distance ? 2 * draw.uniform() : draw.normal())),
    'float32',
  ); // [rows]
}

/** Alternating targets (between them where they may be), or groups of three. */
function labelsOf(subject: Subject<'loss'>, form: FormName, rows: number): number[] {
  if (form === 'labelled-batch') return Array.from({ length: rows }, (_, row) => row % GROUPS);
  const { targets, margins } = { margins: [], targets: undefined, ...subject.definition.needs };
  const between = targets === 'graded' || targets === 'real' || (targets === undefined && margins.length === 0);
  const choices = between && form === 'pair scores' ? [1, 0, 0.75, 0.25] : [1, 0];
  return Array.from({ length: rows }, (_, row) => choices[row % choices.length]!);
}

function shapes(subject: Subject<'loss'>, loss: OpenLoss): Verdict {
  const {
    terms,
    updates = {},
    monitors = {},
  } = loss.result(inputsOf(subject, loss.form, 'shapes', ROWS), labelsOf(subject, loss.form, ROWS));
  if (terms.length === 0) return flaw('it returns no terms');
  for (const { values, weights } of terms) {
    if (weights && !fits(weights.shape, values.shape))
      return flaw(`a term's weights ${shapeText(weights.shape)} do not fit its values ${shapeText(values.shape)}`);
    if (weights && valuesOf(weights).some((weight) => weight < 0)) return flaw("a term's weights are negative");
  }
  for (const [name, next] of Object.entries(updates as Record<string, Tensor>)) {
    const own = loss.weights[name];
    if (!own) return flaw(`it updates the weight ${name}, which it does not declare`);
    if (own.shape.join() !== next.shape.join())
      return flaw(`its update of ${name} has the shape ${shapeText(next.shape)}, the weight ${shapeText(own.shape)}`);
  }
  const wide = Object.entries(monitors).find(([, monitor]) => monitor.size !== 1);
  return wide ? flaw(`its monitor ${wide[0]} is ${shapeText(wide[1].shape)}, not a single number`) : passed;
}

function fits(weights: readonly number[], values: readonly number[]): boolean {
  if (weights.length > values.length) return false;
  return weights.every((size, i) => size === 1 || size === values[values.length - weights.length + i]);
}

/** What is not finite: the value, or the gradient by inputs and weights. */
function finite(loss: OpenLoss, inputs: readonly Tensor[], labels: readonly number[]): string | null {
  return gradientNotFinite((all) => loss.value(all.slice(0, inputs.length), labels), [...inputs, ...loss.trainable]);
}

function everywhere(subject: Subject<'loss'>, loss: OpenLoss): Verdict {
  const labels = labelsOf(subject, loss.form, ROWS);
  const random = inputsOf(subject, loss.form, 'everywhere', ROWS);
  const scaled = (by: number): Tensor[] => random.map((input) => tfc.mul(input, by)); // shapes of the inputs
  const cases: Readonly<Record<string, readonly Tensor[]>> = {
    'on random numbers': random,
    'where all items coincide': random.map((input) => tfc.add(tfc.zerosLike(input), 0.5)), // shapes of the inputs
    'where all is zero': scaled(0),
    'on large numbers': scaled(50),
    'on small numbers': scaled(1e-4),
    ...(loss.form === 'pairs' ? { 'where left equals right': [random[0]!, random[0]!] } : {}),
    ...(loss.form === 'triplets'
      ? { 'where positive and negative coincide': [random[0]!, random[1]!, random[1]!] }
      : {}),
  };
  for (const [where, inputs] of Object.entries(cases)) {
    const found = finite(loss, inputs, labels);
    if (found !== null) return flaw(`${where} ${found}`);
  }
  return passed;
}

/** Masks without a single one: no pair that is the same, none that is different, no group, no rows. */
function poorBatches(subject: Subject<'loss'>, loss: OpenLoss): Verdict {
  const { form } = loss;
  if (form === 'triplets') return skip('each triplet has a positive and a negative');
  const all = (label: (row: number) => number): number[] => Array.from({ length: ROWS }, (_, row) => label(row));
  const cases: Readonly<Record<string, number[]>> =
    form === 'labelled-batch'
      ? {
          'in a batch of one group': all(() => 0),
          'where no two items share a group': all((row) => row).map((row) => row % GROUPS),
          'where no item has a group': all(() => -1),
        }
      : { 'where all pairs are the same': all(() => 1), 'where all pairs are different': all(() => 0) };
  for (const [where, labels] of Object.entries(cases)) {
    // more items than groups would have to share one
    const rows = where.startsWith('where no two') ? GROUPS : ROWS;
    const found = finite(loss, inputsOf(subject, form, 'poor', rows), labels.slice(0, rows));
    if (found !== null) return flaw(`${where} ${found}`);
  }
  if (form !== 'pair scores') return passed;
  return flawIf(notFinite(valuesOf(loss.value([tfc.zeros([0])], [])), 'in an empty batch the value'));
}

function unreduced(subject: Subject<'loss'>, loss: OpenLoss): Verdict {
  const labels = labelsOf(subject, loss.form, ROWS);
  const valuesAt = (scores: Tensor): number[] => valuesOf(loss.result([scores], labels).terms[0]!.values);
  const [scores] = inputsOf(subject, loss.form, 'pairs', ROWS) as [Tensor];
  const moved = tfc.add(scores, tfc.tensor1d(Array.from({ length: ROWS }, (_, row) => Number(row >= ROWS - 4)))); // [12]
  const found = difference(valuesAt(scores).slice(0, -4), valuesAt(moved).slice(0, -4));
  return found === null ? passed : flaw(`the value of a pair depends on the other pairs of the batch: ${found}`);
}

function anyOrder(subject: Subject<'loss'>, loss: OpenLoss): Verdict {
  const inputs = inputsOf(subject, loss.form, 'order', ROWS);
  const labels = labelsOf(subject, loss.form, ROWS);
  const order = subject.draw('order of rows').shuffle(Int32Array.from({ length: ROWS }, (_, row) => row));
  const shuffled = inputs.map((input) => tfc.gather(input, tfc.tensor1d(order, 'int32'))); // shapes of the inputs
  const [before, later] = [0, 1].map((step) => valuesOf(loss.value(inputs, labels, stepAt(step)))) as [
    number[],
    number[],
  ];
  if (difference(before, later, { relative: 1e-4, absolute: 1e-5 }) !== null)
    return skip('it draws by the place in the batch');
  const after = valuesOf(
    loss.value(
      shuffled,
      [...order].map((row) => labels[row]!),
      stepAt(0),
    ),
  );
  const found = difference(before, after, { relative: 1e-4, absolute: 1e-5 });
  return found === null ? passed : flaw(`the order of the batch changes its value: ${found}`);
}

/** Two in each group have one positive, which the batch may say of itself or not. */
function fewPositives(subject: Subject<'loss'>, loss: OpenLoss): Verdict {
  const inputs = inputsOf(subject, loss.form, 'positives', ROWS);
  const labels = Array.from({ length: ROWS }, (_, row) => row >> 1);
  const [all, later, few] = [
    loss.value(inputs, labels, stepAt(0)),
    loss.value(inputs, labels, stepAt(1)),
    loss.value(inputs, labels, stepAt(0), 1),
  ].map(valuesOf) as [number[], number[], number[]];
  if (difference(all, later, { relative: 1e-4, absolute: 1e-5 }) !== null) return skip('it draws');
  const found = difference(all, few, { relative: 1e-4, absolute: 1e-5 });
  return found === null ? passed : flaw(`it counts other positives where mostPositives is 1: ${found}`);
}

function slopes(subject: Subject<'loss'>, loss: OpenLoss): Verdict {
  const inputs = inputsOf(subject, loss.form, 'slopes', ROWS);
  const labels = labelsOf(subject, loss.form, ROWS);
  const value = (moved: readonly Tensor[]): Tensor => loss.value(moved, labels); // []
  const { wrong, held } = checkSlopes(value, inputs, subject.draw('along'));
  if (wrong !== null) return flaw(wrong);
  return held ? remark('with what it holds constant held constant') : passed;
}

function reached(subject: Subject<'loss'>, loss: OpenLoss): Verdict {
  if (loss.trainable.length === 0) return skip('it has no trainable weights');
  const inputs = inputsOf(subject, loss.form, 'reached', ROWS);
  const labels = labelsOf(subject, loss.form, ROWS);
  const { gradients } = gradientOf(() => loss.value(inputs, labels, stepAt(0)), loss.trainable);
  const dead = gradients.filter((gradient) => gradient.every((part) => part === 0)).length;
  return flawIf(
    dead === 0
      ? null
      : `${dead} of ${loss.trainable.length} trainable weights have no influence on the loss (${short(valuesOf(loss.value(inputs, labels))[0]!)})`,
  );
}
