/** Trials of any function that runs inside the training step: it must be pure, and the same at every step. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Step } from '../contract/index.js';
import { stepRandom } from '../engine/step-random.js';
import { flaw, flawIf, passed, type Trial } from './check.js';
import { allOf, difference, notFinite, valuesOf } from './numbers.js';
import type { Subject } from './subject.js';
import { type Watched, watch } from './watch.js';

/** One way to call a plugin in the step. */
export interface StepUse<I> {
  /** The method: `loss.perPair`. */
  readonly what: string;
  /** A plugin, made anew; with what it owns (weights). */
  readonly open: () => I;
  /** Its inputs, drawn by the number: other numbers of the same shapes for another. */
  readonly inputs: (number: number) => readonly Tensor[];
  readonly run: (instance: I, inputs: readonly Tensor[], step: Step) => readonly Tensor[];
}

/** The step of this number, of a training. */
export function stepAt(number: number): Step {
  const index = tfc.scalar(number, 'int32'); // []
  return { training: true, random: stepRandom(1, 'conformance', index), index, progress: tfc.scalar(number / 10) };
}

/** The trials, in the order in which they are shown. */
export function stepTrials<I>(subject: Pick<Subject<'loss'>, 'record'>, use: StepUse<I>): readonly Trial[] {
  const { what, open } = use;
  const observe = (): Watched<readonly number[]> => watchOnce(use, open(), 0);
  return [
    { name: 'same options and inputs, same results', run: () => flawIf(repeats(subject, use)) },
    { name: 'leaves no tensor behind', run: () => flawIf(leaks(use)) },
    { name: 'leaves its inputs as they are', run: () => flawIf(changesInputs(use)) },
    {
      name: 'reads no tensor data in the step',
      run: () => {
        const { reads } = observe();
        return reads.length === 0 ? passed : flaw(`would not compile: ${what} reads tensor data (${reads.join(', ')})`);
      },
    },
    {
      name: 'draws nothing in JavaScript in the step',
      run: () => {
        const { draws } = observe();
        const way = 'the numbers would be the same at every compiled step; step.random draws anew';
        return draws.length === 0 ? passed : flaw(`${what} draws by ${draws.join(', ')}: ${way}`);
      },
    },
    { name: 'runs the same operations at every step', run: () => flawIf(operationsDiffer(use)) },
  ];
}

/** Only the plugin is watched: its results are read after it has ended. */
function watchOnce<I>(use: StepUse<I>, instance: I, number: number): Watched<readonly number[]> {
  const inputs = use.inputs(number);
  const step = stepAt(number);
  const watched = watch(() => use.run(instance, inputs, step));
  return { ...watched, result: allOf(watched.result) };
}

function repeats<I>(subject: Pick<Subject<'loss'>, 'record'>, use: StepUse<I>): string | null {
  const results = (instance: I): number[] => tfc.tidy(() => allOf(use.run(instance, use.inputs(0), stepAt(0))));
  const [one, other] = [use.open(), use.open()];
  const first = results(one);
  subject.record(use.what, first);
  const exact = { relative: 0, absolute: 0 };
  const again = difference(first, results(one), exact);
  if (again !== null) return `${use.what} gives something else the second time: ${again}; it must hold no state`;
  const twin = difference(first, results(other), exact);
  if (twin !== null) return `two plugins of the same options differ: ${twin}`;
  return notFinite(first, `a result of ${use.what}`);
}

function leaks<I>(use: StepUse<I>): string | null {
  const instance = use.open();
  const left = (number: number): number => {
    const before = tfc.memory().numTensors;
    tfc.tidy(() => void use.run(instance, use.inputs(number), stepAt(number)));
    return tfc.memory().numTensors - before;
  };
  left(0); // layers may make something once
  const count = left(1);
  return count === 0
    ? null
    : `each call of ${use.what} leaves ${count} tensors behind (tf.keep, tf.variable): memory would run out`;
}

function changesInputs<I>(use: StepUse<I>): string | null {
  const inputs = use.inputs(0);
  const before = inputs.map((input) => valuesOf(input));
  use.run(use.open(), inputs, stepAt(0));
  if (inputs.some((input) => input.isDisposed)) return `${use.what} disposes of a tensor that it was given`;
  const exact = { relative: 0, absolute: 0 };
  const changed = inputs.findIndex((input, i) => difference(before[i]!, valuesOf(input), exact) !== null);
  return changed < 0 ? null : `${use.what} changes input ${changed + 1}`;
}

/** A step is recorded once: its operations must not depend on data or on how often it was called. */
function operationsDiffer<I>(use: StepUse<I>): string | null {
  const instance = use.open();
  watchOnce(use, instance, 0);
  const [one, other] = [watchOnce(use, instance, 1).operations, watchOnce(use, instance, 2).operations];
  const at = one.findIndex((operation, i) => operation !== other[i]);
  if (at < 0 && one.length === other.length) return null;
  const what = `${one[at] ?? 'nothing'} against ${other[at] ?? 'nothing'}`;
  return `would not compile: on other numbers ${use.what} runs other operations (${what})`;
}
