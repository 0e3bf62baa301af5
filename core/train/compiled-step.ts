import type * as tfc from '@tensorflow/tfjs-core';
import { formOf, isRewritten } from '../engine/form.js';
import { Inexpressible } from '../engine/graph.js';
import { types } from '../engine/graph-proto.js';
import { Program } from '../engine/step.js';
import type { Refusal } from '../engine/trace.js';
import { type StepFeed, stepValues } from './batch-values.js';
import { carriedVariables } from './optimizer.js';
import { type Recording, recordStep } from './record-step.js';
import { createEagerStep, type StepResult, type StepsTaken, type TrainingStep } from './step.js';
import { formKey, layOut, passes, type StepForm } from './step-form.js';
import { Tables } from './tables.js';

export type CompiledSettings = Recording['settings'] & {
  /** Rows of a batch, as the recipe has it; others are what is left over. */
  readonly batchSize: number;
  /** Steps of the training, as planned. */
  readonly steps: number;
  /** The training items stay the same: their values may lie inside the program. */
  readonly resident: boolean;
  /** Called once, where the step cannot be compiled and goes on eagerly. */
  readonly refused: (refusal: Refusal) => void;
  /** Of the training that is gone on with; null: it begins. */
  readonly taken?: StepsTaken | null;
};

/** A call takes at most so long, so that signals and the progress bar have their turn. */
const CALL_MS = 60;
/** Forms beyond these run eagerly: the last batches of a stream's buffers may have any length. */
const MOST_FORMS = 4;

export const createCompiledStep = (settings: CompiledSettings): TrainingStep => new CompiledStep(settings);

class CompiledStep implements TrainingStep {
  readonly #settings: CompiledSettings;
  readonly #eager: TrainingStep;
  readonly #tables: Tables;
  readonly #variables: readonly tfc.Variable[];
  #forms: readonly StepForm[] = [];
  #program: Program | null = null;
  /** Where the weights are up to date. */
  #current: 'variables' | 'program' | 'both' = 'variables';
  #refusal: Refusal | null = null;
  /** Keys of the forms that are compiled, or will be when they come again. */
  #claimed: readonly string[] = [];
  #capacity = 1;
  readonly #accepted = new Set<string>();
  #calls = 0;
  constructor(settings: CompiledSettings) {
    this.#settings = settings;
    this.#eager = createEagerStep(settings);
    this.#tables = new Tables(settings.resident);
    this.#claimed = settings.taken?.forms ?? [];
    if (settings.taken?.compiled === false)
      this.#refuse({ part: null, cause: 'could not be compiled before the run went on' });
    const weights = settings.network.weights.map(({ variable }) => variable);
    this.#variables = [...weights, ...carriedVariables(this.#eager.optimizerState)];
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

  get taken(): TrainingStep['taken'] {
    return { compiled: this.compiled, forms: this.#claimed };
  }

  run(feeds: readonly StepFeed[]): readonly StepResult[] {
    const results: StepResult[] = [];
    for (let from = 0; from < feeds.length; ) {
      const key = this.#key(feeds[from]!);
      let to = from + 1;
      while (to < feeds.length && this.#key(feeds[to]!) === key) to++;
      results.push(...this.#runAlike(key, feeds.slice(from, to)));
      from = to;
    }
    return results;
  }

  readonly #key = (feed: StepFeed): string => formKey(feed, this.#settings.network);

  #runAlike(key: string, feeds: readonly StepFeed[]): readonly StepResult[] {
    const form = this.#form(key, feeds[0]!);
    return form && this.#accepts(form) ? this.#runCompiled(form, feeds) : this.#runEagerly(feeds);
  }

  #runCompiled(form: StepForm, feeds: readonly StepFeed[]): readonly StepResult[] {
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
  #accepts(form: StepForm): boolean {
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
  #adapt({ variant }: StepForm, milliseconds: number): void {
    if (this.#calls++ === 0) return; // TensorFlow prepares the graph in it
    this.#capacity = Math.max(1, Math.min(variant.steps, Math.floor(CALL_MS / milliseconds)));
  }

  #call(form: StepForm, feeds: readonly StepFeed[]): StepResult[] {
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

  #fill({ buffers }: StepForm, feed: StepFeed, place: number): void {
    const values = new Map<string, () => ArrayLike<number>>();
    for (const value of stepValues(feed, this.#settings.network)) {
      const rows = this.#tables.has(value) ? value.rows : null;
      if (rows) values.set(rows.name, () => this.#tables.rowsIn(rows));
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
  #form(key: string, feed: StepFeed): StepForm | null {
    if (this.#refusal) return null;
    const known = this.#forms.find((form) => form.key === key);
    if (known) return known;
    if (!this.#claimed.includes(key)) {
      if (this.#claimed.length >= MOST_FORMS) return null;
      this.#claimed = [...this.#claimed, key];
    }
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
  #compile(key: string, feed: StepFeed): StepForm | null {
    const values = stepValues(feed, this.#settings.network);
    this.#tables.add(values);
    const recording = { settings: this.#settings, state: this.optimizerState, variables: this.#variables };
    const recorded = recordStep(recording, feed, values);
    const { trace } = recorded;
    if (trace.refusal) return this.#refuse(trace.refusal);
    const isFull = feed.batch.count === this.#settings.batchSize;
    const kind = isFull ? formOf(trace, this.#settings.steps) : 'graph';
    const form = layOut(values, { key, recorded, tables: this.#tables, form: kind });
    const forms = [...this.#forms, form];
    this.#program?.dispose();
    this.#program = null;
    this.#current = 'variables';
    const holders = this.#variables.map(({ shape }) => ({ shape, type: types.float }));
    const variants = forms.map(({ variant }) => variant);
    this.#program = new Program(this.#settings.backend, {
      variables: holders,
      tables: this.#tables.holders,
      variants,
      passes: passes[feed.batch.kind],
      rewrites: this.#isRewritten(),
    });
    this.#tables.fill(this.#program);
    this.#forms = forms;
    return form;
  }

  /** By the plan alone, whichever form is compiled first: a run that is gone on with may begin with another one. */
  #isRewritten(): boolean {
    const { network, steps, batchSize } = this.#settings;
    const weights = network.weights.reduce((sum, { variable }) => sum + variable.size, 0);
    return isRewritten({ weights, steps, batchSize });
  }
}
