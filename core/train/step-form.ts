import type { Form } from '../engine/form.js';
import { types } from '../engine/graph-proto.js';
import type { Gathered, Variant } from '../engine/step-spec.js';
import type { StepFeed, StepValue } from './batch-values.js';
import { readsMostPositives } from './loss.js';
import type { Network } from './network.js';
import type { Recorded } from './record-step.js';
import type { Tables } from './tables.js';

/** Steps of one form: as many rows, and the same values. */
export interface StepForm {
  readonly key: string;
  readonly variant: Variant;
  /** Monitors' names, in the order of the results after the loss. */
  readonly monitors: readonly string[];
  /** What is fed, in the variant's order, filled anew for each call. */
  readonly buffers: readonly Buffer[];
}

interface Buffer {
  readonly name: string;
  /** Numbers of one step. */
  readonly size: number;
  /** Of all steps that a call can take. */
  readonly into: Float32Array | Int32Array;
}

/** Steps of one call, and the bytes that are fed to it. */
const MOST_STEPS = 64;
const MOST_BYTES = 2 ** 21;

/** Batches of one form are recorded alike. */
export const formKey = ({ batch, at }: StepFeed, { losses }: Pick<Network, 'losses'>): string => {
  const weighs = batch.kind === 'pairs' && batch.weight !== null;
  const adds = at.within?.ends === false ? ' adds' : '';
  const isRead = losses.some(({ needs }) => readsMostPositives(needs));
  const most = isRead && batch.kind === 'labelled-batch' ? ` ${batch.mostPositives} positives` : '';
  return `${batch.kind} ${batch.count} ${weighs} ${batch.from !== null}${adds}${most}`;
};

/** How many towers a step of such a batch has side by side. */
export const passes: Readonly<Record<StepFeed['batch']['kind'], number>> = {
  pairs: 2,
  triplets: 3,
  'labelled-batch': 1,
};

/** How a call hands over what the recorded step reads: rows of tables, and everything else by its values. */
export function layOut(
  values: readonly StepValue[],
  {
    key,
    recorded,
    tables,
    form,
  }: Pick<StepForm, 'key'> & { readonly recorded: Recorded; readonly tables: Tables; readonly form: Form },
): StepForm {
  const fed = new Map<string, Pick<StepValue, 'shape' | 'dtype'>>();
  const gathered: Gathered[] = [];
  for (const value of values) {
    const table = tables.indexOf(value);
    if (table === null || value.rows === null) {
      fed.set(value.name, value);
      continue;
    }
    const { name, of } = value.rows;
    fed.set(name, { shape: [of.length], dtype: 'int32' });
    gathered.push({ input: value.name, table, rows: name });
  }
  const specs = [...fed].map(([name, { shape, dtype }]) => ({
    name,
    shape,
    type: types[dtype === 'int32' ? 'int32' : 'float'],
  }));
  const sizes = specs.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  const bytes = 4 * sizes.reduce((sum, size) => sum + size, 0);
  const steps = Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_BYTES / bytes)));
  const results = ['loss', ...recorded.monitors.map((name) => `monitor.${name}`)];
  const buffers = specs.map(({ name, type }, i) => {
    const numbers = steps * sizes[i]!;
    return { name, size: sizes[i]!, into: type === types.int32 ? new Int32Array(numbers) : new Float32Array(numbers) };
  });
  const { trace, fused, monitors } = recorded;
  const variant = { trace, feeds: specs, gathered, fused, results, steps, form };
  return { key, variant, monitors, buffers };
}
