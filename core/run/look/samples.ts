import * as tfc from '@tensorflow/tfjs-core';
import type { Input, Step } from '../../contract/index.js';
import type { Batch } from '../../data/batch.js';
import type { InputValues, Side } from '../../data/item-set.js';
import type { OpenedData } from '../../data/open.js';
import type { Role } from '../../data/roles.js';
import { openEngine } from '../../engine/open.js';
import { stepRandom } from '../../engine/step-random.js';
import type { Plan } from '../../recipe/types.js';
import { augmentInputs, type NetworkAugmentation } from '../../train/augment.js';
import { type Fed, feed, feedStart } from '../../train/feed.js';
import { type ShownItem, showItem } from '../report/item.js';
import type { Wired } from '../wire.js';

/** A pair as the network would see it in training, augmented. */
export interface SamplePair {
  readonly left: ShownItem;
  readonly right: ShownItem;
  readonly target: number;
  readonly weight: number | null;
}
export interface Samples {
  readonly same: readonly SamplePair[];
  readonly different: readonly SamplePair[];
}

interface Looking {
  readonly plan: Plan;
  readonly wired: Wired;
  readonly data: OpenedData;
}

/** Pairs of each kind, and batches that are looked at for them. */
const [SHOWN, BATCHES] = [12, 8];

/** Pairs of the first batches of training: of pairs as drawn, of triplets and labelled batches the pairs within. */
export async function samplePairs({ plan, wired, data }: Looking): Promise<Samples> {
  const samples = { same: [] as SamplePair[], different: [] as SamplePair[] };
  const onStep = wired.augmentations.filter((one) => one.place === 'step');
  if (onStep.length > 0) await openEngine('portable', () => {}); // the one that needs nothing of the machine
  const fed = feed(
    {
      training: data.train,
      sampler: wired.sampler,
      yields: wired.yields,
      batchSize: plan.train.batchSize,
      seed: plan.seed,
      mining: null,
      augmentations: wired.augmentations.filter((one) => one.place === 'worker'),
      inputs: data.inputs,
      progress: () => 0,
    },
    feedStart,
  );
  let index = 0;
  for await (const one of fed) {
    const how = { seed: plan.seed, augmentations: onStep, data, index: index++ };
    for (const pair of pairsOf(one, how)) {
      const list = pair.target >= (data.description.positiveFrom ?? 0.5) ? samples.same : samples.different;
      if (list.length < SHOWN) list.push(pair);
    }
    if (index >= BATCHES || (samples.same.length >= SHOWN && samples.different.length >= SHOWN)) break;
  }
  return samples;
}

interface Showing {
  readonly seed: number;
  readonly augmentations: readonly NetworkAugmentation[];
  readonly data: OpenedData;
  /** Of the batch. */
  readonly index: number;
}

function* pairsOf({ batch, items }: Fed, how: Showing): Generator<SamplePair> {
  const show = shower(batch.count, how);
  if (batch.kind === 'pairs') {
    const left = show(batch.left, { role: 'left', rows: batch.rows.left, side: items.left });
    const right = show(batch.right, { role: 'right', rows: batch.rows.right, side: items.right });
    for (const [i, target] of batch.target.entries())
      yield { left: left(i), right: right(i), target, weight: batch.weight?.[i] ?? null };
    return;
  }
  if (batch.kind === 'triplets') {
    const of = (role: 'anchor' | 'positive' | 'negative') => show(batch[role], { role, rows: batch.rows[role], side: items.left }); // biome-ignore format: one line
    const [anchor, positive, negative] = [of('anchor'), of('positive'), of('negative')];
    for (let i = 0; i < batch.count; i++) {
      yield { left: anchor(i), right: positive(i), target: 1, weight: null };
      yield { left: anchor(i), right: negative(i), target: 0, weight: null };
    }
    return;
  }
  const item = show(batch.items, { role: 'item', rows: batch.rows.items, side: items.left });
  for (const [a, b, target] of labelledPairs(batch)) yield { left: item(a), right: item(b), target, weight: null };
}

/** Of every row its first later one of the same label, and the next of another. */
function* labelledPairs(
  batch: Extract<Batch, { kind: 'labelled-batch' }>,
): Generator<readonly [number, number, 0 | 1]> {
  const { labels } = batch;
  for (const [a, label] of labels.entries()) {
    if (label < 0) continue;
    const same = labels.findIndex((other, b) => b > a && other === label);
    if (same >= 0) yield [a, same, 1];
    const different = labels.findIndex((other, b) => b > a && other >= 0 && other !== label);
    if (different >= 0) yield [a, different, 0];
  }
}

interface Shown {
  readonly role: Role;
  readonly rows: Int32Array;
  readonly side: Side;
}

function shower(count: number, how: Showing): (values: InputValues, of: Shown) => (i: number) => ShownItem {
  return (values, { role, rows, side }) => {
    const which = role === 'right' ? 'right' : 'left';
    const inputs = how.data.inputs[which];
    const augmented = augmentedOn(values, { ...how, inputs, role, count });
    const fitted = how.data.fitted as Readonly<Record<string, unknown>>;
    const own = ('fields' in fitted ? fitted : fitted[which]) as never;
    const batchSide: Side = {
      size: count,
      key: (i) => side.key(rows[i]!),
      gather: (wanted) => rowsOf(augmented, wanted, count),
    };
    return (i) => showItem({ side: batchSide, inputs, fitted: own }, i);
  };
}

/** What the step would make of the values. */
function augmentedOn(
  values: InputValues,
  how: Showing & { readonly inputs: readonly Input[]; readonly role: Role; readonly count: number },
): InputValues {
  if (how.augmentations.length === 0) return values;
  return tfc.tidy(() => {
    const index = tfc.scalar(how.index, 'int32'); // []
    const step: Step = { training: true, random: stepRandom(how.seed, 'step', index), index, progress: tfc.scalar(0) };
    const tensors = how.inputs.map(({ name, shape, dtype }) => tfc.tensor(values[name]!, [how.count, ...shape], dtype)); // each [count, ...shape]
    const augmented = augmentInputs(tensors, how.inputs, { ...how, step });
    return Object.fromEntries(how.inputs.map(({ name }, i) => [name, augmented[i]!.dataSync() as Float32Array]));
  });
}

function rowsOf(values: InputValues, rows: Int32Array, count: number): InputValues {
  const picked = Object.entries(values).map(([name, all]) => {
    const width = all.length / count;
    const own = new (all.constructor as Float32ArrayConstructor)(rows.length * width);
    rows.forEach((row, i) => {
      own.set(all.subarray(row * width, (row + 1) * width), i * width);
    });
    return [name, own] as const;
  });
  return Object.fromEntries(picked);
}
