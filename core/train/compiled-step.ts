import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Json } from '../contract/index.js';
import { formOf } from '../engine/form.js';
import { isFused } from '../engine/fused.js';
import { Inexpressible } from '../engine/graph.js';
import { types } from '../engine/graph-proto.js';
import type { NativeBackend } from '../engine/native-backend.js';
import { type FusedWeight, type Gathered, Program, type Variant } from '../engine/step.js';
import { difference, type Refusal, type Trace, type Traced, trace } from '../engine/trace.js';
import { rateOf, type StepFeed, type StepValue, stepValues, tensorsOf } from './batch-values.js';
import { computeStep } from './compute.js';
import { trainableWeights } from './network.js';
import { createEagerStep, type StepResult, type StepSettings, type TrainingStep } from './step.js';
import { Tables } from './tables.js';

export interface CompiledSettings extends StepSettings {
  readonly backend: NativeBackend;
  /** The fused operation of the optimizer, with its attributes; null: it has none. */
  readonly fused: { readonly op: string; readonly attributes: Readonly<Record<string, Json>> } | null;
  /** Rows of a batch, as the recipe has it; others are what is left over. */
  readonly batchSize: number;
  /** Steps of the training, as planned. */
  readonly steps: number;
  /** The training items stay the same: their values may lie inside the program. */
  readonly resident: boolean;
  /** Called once, where the step cannot be compiled and goes on eagerly. */
  readonly refused: (refusal: Refusal) => void;
}

/** Steps of one form: as many rows, and the same values. */
interface Form {
  readonly key: string;
  readonly variant: Variant;
  /** Monitors' names, in the order of the results after the loss. */
  readonly monitors: readonly string[];
  /** What is fed, in the variant's order, filled anew for each call. */
  readonly buffers: readonly {
    readonly name: string;
    readonly size: number;
    readonly into: Float32Array | Int32Array;
  }[];
}

/** A call takes at most so long, so that signals and the progress bar have their turn. */
const CALL_MS = 60;
/** Steps of one call, and the bytes that are fed to it. */
const MOST_STEPS = 64;
const MOST_BYTES = 2 ** 21;
/** Forms beyond these run eagerly: the last batches of a stream's buffers may have any length. */
const MOST_FORMS = 4;

export const createCompiledStep = (settings: CompiledSettings): TrainingStep => new CompiledStep(settings);

class CompiledStep implements TrainingStep {
  readonly #settings: CompiledSettings;
  readonly #eager: TrainingStep;
  readonly #tables: Tables;
  readonly #variables: readonly tfc.Variable[];
  #forms: readonly Form[] = [];
  #program: Program | null = null;
  /** Where the weights are up to date. */
  #current: 'variables' | 'program' | 'both' = 'variables';
  #refusal: Refusal | null = null;
  #capacity = 1;
  readonly #accepted = new Set<string>();
  #calls = 0;
  constructor(settings: CompiledSettings) {
    this.#settings = settings;
    this.#eager = createEagerStep(settings);
    this.#tables = new Tables(settings.resident);
    const slots = [...this.#eager.optimizerState.slots.values()].flatMap((own) => Object.values(own));
    this.#variables = [...settings.network.weights.map(({ variable }) => variable), ...slots];
  }

  get capacity(): number {
    return this.#refusal ? 1 : this.#capacity;
  }

  get compiled(): boolean {
    return this.#refusal === null;
  }

  get optimizerState(): TrainingStep['optimizerState'] {
    return this.#eager.optimizerState;
  }

  run(feeds: readonly StepFeed[]): readonly StepResult[] {
    const results: StepResult[] = [];
    for (let from = 0; from < feeds.length; ) {
      const key = keyOf(feeds[from]!);
      let to = from + 1;
      while (to < feeds.length && keyOf(feeds[to]!) === key) to++;
      results.push(...this.#runAlike(key, feeds.slice(from, to)));
      from = to;
    }
    return results;
  }

  #runAlike(key: string, feeds: readonly StepFeed[]): readonly StepResult[] {
    const form = this.#form(key, feeds[0]!);
    return form && this.#accepts(form) ? this.#runCompiled(form, feeds) : this.#runEagerly(feeds);
  }

  #runCompiled(form: Form, feeds: readonly StepFeed[]): readonly StepResult[] {
    const started = performance.now();
    const results: StepResult[] = [];
    for (let from = 0; from < feeds.length; from += form.variant.steps) {
      results.push(...this.#call(form, feeds.slice(from, from + form.variant.steps)));
    }
    this.#adapt(form, (performance.now() - started) / feeds.length);
    return results;
  }

  #runEagerly(feeds: readonly StepFeed[]): readonly StepResult[] {
    this.settle();
    this.#current = 'variables';
    return this.#eager.run(feeds);
  }

  /** TensorFlow reads a graph when it first runs it: a call of no steps shows whether it takes it. */
  #accepts(form: Form): boolean {
    if (this.#accepted.has(form.key)) return true;
    this.#accepted.add(form.key);
    try {
      this.#call(form, []);
      return true;
    } catch (error) {
      this.#refuse({ part: null, cause: `is refused by TensorFlow as a graph: ${(error as Error).message}` });
      return false;
    }
  }

  /** How many steps a call takes follows its speed: what they compute does not depend on it. */
  #adapt({ variant }: Form, milliseconds: number): void {
    if (this.#calls++ === 0) return; // TensorFlow prepares the graph in it
    this.#capacity = Math.max(1, Math.min(variant.steps, Math.floor(CALL_MS / milliseconds)));
  }

  #call(form: Form, feeds: readonly StepFeed[]): StepResult[] {
    if (this.#current === 'variables') this.#program!.push(this.#variables);
    this.#current = 'program';
    for (const [i, feed] of feeds.entries()) this.#fill(form, feed, i);
    const index = this.#forms.indexOf(form);
    const values = this.#program!.run(
      index,
      feeds.length,
      form.buffers.map(({ into }) => into),
    ); // [feeds, results]
    const width = form.variant.results.length;
    return feeds.map((_, i) => ({
      loss: values[i * width]!,
      monitors: Object.fromEntries(form.monitors.map((name, m) => [name, values[i * width + 1 + m]!])),
    }));
  }

  #fill({ buffers }: Form, feed: StepFeed, place: number): void {
    const values = new Map<string, () => ArrayLike<number>>();
    for (const value of stepValues(feed, this.#settings.network)) {
      const rows = this.#tables.has(value) ? value.rows : null;
      if (rows) values.set(rows.name, () => rows.of);
      else values.set(value.name, () => value.values());
    }
    for (const { name, size, into } of buffers) into.set(values.get(name)!(), place * size);
  }

  settle(): void {
    if (this.#current !== 'program') return;
    this.#program!.pull().forEach((value, i) => {
      this.#variables[i]!.assign(value);
      value.dispose();
    });
    this.#current = 'both';
  }

  dispose(): void {
    this.#program?.dispose();
    this.#eager.dispose();
  }

  /** The compiled form for such a batch; null: it runs eagerly. */
  #form(key: string, feed: StepFeed): Form | null {
    if (this.#refusal) return null;
    const known = this.#forms.find((form) => form.key === key);
    if (known) return known;
    if (this.#forms.length >= MOST_FORMS) return null;
    try {
      this.settle();
      return this.#compile(key, feed);
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      return this.#refuse({ part: null, cause: error.message });
    }
  }

  #refuse(refusal: Refusal): null {
    this.#refusal = refusal;
    this.#settings.refused(refusal);
    return null;
  }

  /** Records the step for this form; the program is built anew, for all forms that are known. */
  #compile(key: string, feed: StepFeed): Form | null {
    const values = stepValues(feed, this.#settings.network);
    this.#tables.add(values);
    const { traced, monitors } = this.#record(feed, values);
    if (traced.refusal) return this.#refuse(traced.refusal);
    const isFull = feed.batch.count === this.#settings.batchSize;
    const form = this.#layOut({ key, values, traced, monitors, isFull });
    const forms = [...this.#forms, form];
    this.#program?.dispose();
    this.#program = null;
    this.#current = 'variables';
    const holders = this.#variables.map(({ shape }) => ({ shape, type: types.float }));
    const variants = forms.map(({ variant }) => variant);
    this.#program = new Program(this.#settings.backend, { variables: holders, tables: this.#tables.holders, variants });
    this.#tables.fill(this.#program);
    this.#forms = forms;
    return form;
  }

  /**
   * The step, recorded: once to warm up (a first pass of batch normalisation differs from later ones), then twice, which
   * must agree. What it changes is set back each time.
   */
  #record(feed: StepFeed, values: readonly StepValue[]): { traced: Trace; monitors: readonly string[] } {
    const { backend, fused, optimizer } = this.#settings;
    const inputs = tensorsOf(values); // each its shape
    const weights = trainableWeights(this.#settings.network);
    const state = this.#eager.optimizerState;
    let monitors: readonly string[] = [];
    const isNative = fused !== null && isFused(fused.op);
    const compute = (): Record<string, Tensor> => {
      const computation = { ...this.#settings, kind: feed.batch.kind, values: inputs, weights, state };
      const made = computeStep({ ...computation, optimizer: isNative ? null : optimizer });
      monitors = Object.keys(made.monitors);
      const gradients = made.gradients.map((gradient, i) => [`gradient.${i}`, gradient] as const);
      const watched = Object.entries(made.monitors).map(([name, monitor]) => [`monitor.${name}`, monitor] as const);
      return { loss: made.loss, ...Object.fromEntries(watched), ...(isNative ? Object.fromEntries(gradients) : {}) };
    };
    const request: Traced = { inputs, variables: this.#variables, compute };
    const record = (): Trace => {
      const kept = this.#variables.map((variable) => tfc.clone(variable)); // each its shape
      const recorded = trace(backend, request);
      this.#variables.forEach((variable, i) => {
        variable.assign(kept[i]!);
        kept[i]!.dispose();
      });
      return recorded;
    };
    const first = record();
    if (first.refusal) return { traced: first, monitors };
    const [second, third] = [record(), record()];
    tfc.dispose(inputs);
    const refusal = second.refusal ?? difference(second, third);
    return { traced: { ...third, refusal }, monitors };
  }

  #layOut({
    key,
    values,
    traced,
    monitors,
    isFull,
  }: {
    key: string;
    values: readonly StepValue[];
    traced: Trace;
    monitors: readonly string[];
    isFull: boolean;
  }): Form {
    const fed = new Map<string, { shape: readonly number[]; dtype: StepValue['dtype'] }>();
    const gathered: Gathered[] = [];
    for (const value of values) {
      const table = this.#tables.indexOf(value);
      if (table === null) fed.set(value.name, value);
      else {
        const { rows } = { rows: value.rows! };
        fed.set(rows.name, { shape: [rows.of.length], dtype: 'int32' });
        gathered.push({ input: value.name, table, rows: rows.name });
      }
    }
    const sizes = [...fed.values()].map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    const bytes = 4 * sizes.reduce((sum, size) => sum + size, 0);
    const steps = Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_BYTES / bytes)));
    const feeds = [...fed].map(([name, { shape, dtype }]) => ({
      name,
      shape,
      type: dtype === 'int32' ? types.int32 : types.float,
    }));
    const variant: Variant = {
      trace: traced,
      feeds,
      gathered,
      fused: this.#fusedWeights(traced),
      results: ['loss', ...monitors.map((name) => `monitor.${name}`)],
      steps,
      form: isFull ? formOf(traced, this.#settings.steps) : 'graph',
    };
    const buffers = feeds.map(({ name, type }, i) => {
      const into = type === types.int32 ? new Int32Array(steps * sizes[i]!) : new Float32Array(steps * sizes[i]!);
      return { name, size: sizes[i]!, into };
    });
    return { key, variant, monitors, buffers };
  }

  #fusedWeights(traced: Trace): FusedWeight[] {
    const { fused, network } = this.#settings;
    if (!fused || !isFused(fused.op)) return [];
    const indexOf = (variable: tfc.Variable): number => this.#variables.indexOf(variable);
    const attributes = fused.attributes as Readonly<Record<string, number | boolean>>;
    return trainableWeights(network).map(({ name, variable, scale }, i) => {
      const slots = Object.entries(this.optimizerState.slots.get(name)!);
      return {
        op: fused.op,
        attributes,
        weight: indexOf(variable),
        slots: Object.fromEntries(slots.map(([slot, of]) => [slot, indexOf(of)])),
        gradient: traced.outputs[`gradient.${i}`]!,
        learningRate: rateOf(scale),
        step: 'step.number',
      };
    });
  }
}

/** Batches of one form are recorded alike. */
const keyOf = ({ batch }: StepFeed): string =>
  `${batch.kind} ${batch.count} ${batch.kind === 'pairs' && batch.weight !== null} ${batch.from !== null}`;
