import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { BatchLoss, LabelledBatch, Step } from '../../core/contract/index.js';
import { registerUniform, stepRandom } from '../../core/engine/step-random.js';
import type { Plugin } from '../../core/plugin/define.js';
import { view } from '../../core/plugin/view.js';
import { takesMemory } from '../../core/train/loss.js';
import { batchMasks, labelledBatchOf } from '../../core/train/masks.js';
import { createMemory, type MemorySlots, remember, withMemory } from '../../core/train/memory.js';
import { assignAll } from '../../core/train/optimizer.js';
import { createEagerStep } from '../../core/train/step.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { builtIn } from '../../plugins/index.js';
import { ntXent } from '../../plugins/losses/nt-xent.js';
import { openDistance } from '../plugins/distances/properties.js';
import { drawnRows } from '../plugins/numeric.js';
import '@tensorflow/tfjs-backend-cpu';
import { itemsOf, labelledOf, lossOf, lossPlugin, networkOf, nothingKnown, start, stepSettings } from './networks.js';

registerUniform('cpu');

const int = (values: readonly number[]): tfc.Tensor => tfc.tensor1d([...values], 'int32');
const listOf = (tensor: tfc.Tensor): number[] => [...tensor.dataSync()];

/** Puts a batch into the memory. */
function put(
  memory: MemorySlots,
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  items: readonly number[],
) {
  const embeddings = tfc.tensor2d(rows.map((row) => [...row])); // [rows, dimensions]
  assignAll(remember(memory, embeddings, { labels: int(labels), items: int(items) }));
}

const read = (
  memory: MemorySlots,
  {
    labels,
    items,
    index,
    warmup = 0,
  }: {
    readonly labels: readonly number[];
    readonly items: readonly number[];
    readonly index: number;
    readonly warmup?: number;
  },
): LabelledBatch =>
  withMemory(
    tfc.ones([labels.length, 2]),
    { labels: int(labels), items: int(items) },
    { memory, warmup, index: tfc.scalar(index, 'int32') },
  );

describe('remember', () => {
  it('keeps the newest rows, oldest first', () => {
    const memory = createMemory(4, 2);
    expect([listOf(memory.labels), listOf(memory.items)]).toEqual([
      [-1, -1, -1, -1],
      [-1, -1, -1, -1],
    ]);
    put(
      memory,
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
      [10, 11],
    );
    expect([listOf(memory.labels), listOf(memory.embeddings)]).toEqual([
      [-1, -1, 0, 1],
      [0, 0, 0, 0, 1, 2, 3, 4],
    ]);
    put(
      memory,
      [
        [5, 6],
        [7, 8],
        [9, 9],
      ],
      [2, 2, 3],
      [12, 13, 14],
    );
    expect(listOf(memory.labels)).toEqual([1, 2, 2, 3]);
    expect(listOf(memory.items)).toEqual([11, 12, 13, 14]);
    expect(listOf(memory.embeddings)).toEqual([3, 4, 5, 6, 7, 8, 9, 9]);
    expect(listOf(memory.impostorOf)).toEqual([-1, -1, -1, -1]);
  });
});

describe('withMemory', () => {
  it('meets neither empty places nor what the same item was before', () => {
    const memory = createMemory(3, 2);
    put(
      memory,
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
      [10, 11],
    );
    const batch = read(memory, { labels: [0, 1], items: [20, 11], index: 1 });
    expect(listOf(batch.referenceLabels)).toEqual([0, 1, -1, 0, 1]);
    expect(listOf(batch.references)).toEqual([1, 1, 1, 1, 0, 0, 1, 2, 3, 4]);
    expect(listOf(batch.positive)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]); // item 11 does not meet itself
    expect(listOf(batch.negative)).toEqual([0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);
  });

  it('is read from the step `warmup` on', () => {
    const memory = createMemory(2, 2);
    put(
      memory,
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
      [10, 11],
    );
    const met = (index: number): number[] => {
      const { positive, negative } = read(memory, { labels: [0, 1], items: [20, 21], index, warmup: 3 });
      return listOf(tfc.add(positive, negative));
    };
    expect([met(2), met(3)]).toEqual([
      [0, 1, 0, 0, 1, 0, 0, 0],
      [0, 1, 1, 1, 1, 0, 1, 1],
    ]);
  });

  it('knows impostors that it remembers', () => {
    const memory = createMemory(1, 2);
    assignAll(remember(memory, tfc.ones([1, 2]), { labels: int([-1]), items: int([9]), impostorOf: int([0]) }));
    const { positive, negative } = read(memory, { labels: [0, 1], items: [20, 21], index: 0 });
    expect([listOf(positive), listOf(negative)]).toEqual([
      [0, 0, 0, 0, 0, 0],
      [0, 1, 1, 1, 0, 0],
    ]);
  });

  it('lets no gradient reach what is remembered', () => {
    const memory = createMemory(2, 2);
    const value = (x: tfc.Tensor): tfc.Scalar => {
      const rows = { labels: int([0, 1]), items: int([0, 1]) };
      const { references } = withMemory(x, rows, { memory, warmup: 0, index: tfc.scalar(0, 'int32') });
      return tfc.sum(tfc.square(references));
    };
    const both = tfc.grads((x: tfc.Tensor, kept: tfc.Tensor) => tfc.add(value(x), tfc.mul(tfc.sum(kept), 0)));
    const [own, kept] = both([tfc.ones([2, 2]), memory.embeddings]);
    expect([listOf(own!), listOf(kept!)]).toEqual([
      [2, 2, 2, 2],
      [0, 0, 0, 0],
    ]);
  });
});

/** Losses that take a memory. */
const taking = builtIn
  .filter((plugin): plugin is Plugin<'loss'> => plugin.kind === 'loss')
  .filter((plugin) => takesMemory(view(plugin).needs));

describe('losses with a memory', () => {
  it('are those on cosines, products and distances of a batch', () => {
    expect(taking.map(({ name }) => name).sort()).toEqual([
      'circle',
      'fast-ap',
      'lifted-structure',
      'margin',
      'multi-similarity',
      'n-pairs',
      'nt-xent',
      'supcon',
    ]);
  });

  const anchors = 4;
  const rows = drawnRows(12, 3, 1);
  const labels = [0, 0, 1, 1, 0, 1, 2, 2, 0, 1, 2, 3];

  it.each(taking.map((plugin) => [plugin.name, plugin] as const))(
    '%s: an anchor sees what it would see in one large batch',
    (_, plugin) => {
      const whole = tfc.tensor2d(rows as number[][]); // [12, 3]
      const large = labelledBatchOf(whole, int(labels)); // every row an anchor
      const some = tfc.slice(whole, [0, 0], [anchors, 3]); // [4, 3]
      const identities = { labels: int(labels), items: tfc.range(0, 12, 1, 'int32') };
      const few = { labels: int(labels.slice(0, anchors)), items: tfc.range(0, anchors, 1, 'int32') };
      const small = {
        embeddings: some,
        labels: few.labels,
        references: whole,
        referenceLabels: identities.labels,
        ...batchMasks(few, identities),
        mostPositives: 12,
      };
      const [full, part] = [large, small].map((batch) => termsOf(plugin, batch));
      expect(part!.length).toBe(full!.length);
      part!.forEach(({ values, weights }, i) => {
        expect(values.length).toBeGreaterThan(0);
        expectRows(values, full![i]!.values.slice(0, anchors));
        expectRows(weights, full![i]!.weights.slice(0, anchors));
      });
    },
  );
});

const expectRows = (rows: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): void => {
  rows.flat().forEach((value, i) => {
    expect(value).toBeCloseTo(wanted.flat()[i]!, 5);
  });
};

/** Values and weights of each term, by anchor. */
function termsOf(plugin: Plugin<'loss'>, batch: LabelledBatch) {
  const { weights: declared } = view(plugin);
  const defaults = Object.fromEntries(
    Object.entries(plugin.options.properties).map(([name, schema]) => [
      name,
      (schema as { default?: unknown }).default,
    ]),
  );
  const instance = view(plugin).create(defaults, { distance: openDistance(euclidean) }) as BatchLoss<
    Record<string, tfc.Tensor>
  >;
  const index = tfc.scalar(0, 'int32'); // []
  const step: Step = { training: true, random: stepRandom(0, 'test', index), index, progress: tfc.scalar(0) };
  const weights = Object.fromEntries(Object.keys(declared ?? {}).map((name) => [name, tfc.fill([4], 1.2)]));
  return instance.perBatch(batch, weights as never, step).terms.map(({ values, weights: by }) => ({
    values: byAnchor(values),
    weights: byAnchor(by ?? tfc.onesLike(values)),
  }));
}

function byAnchor(tensor: tfc.Tensor): number[][] {
  const width = tensor.size / tensor.shape[0]!;
  const all = listOf(tensor);
  return Array.from({ length: tensor.shape[0]! }, (_, row) => all.slice(row * width, (row + 1) * width));
}

describe('a step with a memory', () => {
  it('compares the second batch with the first', () => {
    const loss = {
      ...lossOf(lossPlugin(ntXent, { temperature: 0.5 })),
      needs: { embeddings: 'labelled-batch', memory: true } as const,
    };
    const network = networkOf({ losses: [loss] });
    const items = itemsOf(drawnRows(8, 3, 2), [0, 0, 1, 1, 0, 1, 2, 2]);
    const step = createEagerStep(stepSettings(network, { memory: { size: 4, warmup: 0 } }));
    const run = (rows: readonly number[], index: number): number =>
      step.run([{ batch: labelledOf(items, rows), known: nothingKnown, at: { ...start, index, learningRate: 0 } }])[0]!
        .loss;
    run([0, 1, 2, 3], 0);
    expect(listOf(step.optimizerState.memory!.slots.items)).toEqual([0, 1, 2, 3]);
    const second = run([4, 5, 6, 7], 1);
    // anchors 4..7 against all eight rows, by loops, with the weights as they are: the learning rate is 0
    const vectors = [...Array(8).keys()].map((row) => embedded(network, items, row));
    expect(second).toBeCloseTo(oracle(vectors, [0, 0, 1, 1, 0, 1, 2, 2], 0.5), 5);
    step.dispose();
  });
});

function embedded(network: ReturnType<typeof networkOf>, items: ReturnType<typeof itemsOf>, row: number): number[] {
  const { x } = items.left.gather(Int32Array.of(row)) as { x: Float32Array };
  const index = tfc.scalar(0, 'int32'); // []
  const step: Step = { training: false, random: stepRandom(0, 'test', index), index, progress: tfc.scalar(0) };
  return listOf(network.left.apply([tfc.tensor2d(x, [1, 3])], step));
}

/** NT-Xent of the anchors 4..7 over all their positive pairs. */
function oracle(vectors: readonly (readonly number[])[], groups: readonly number[], temperature: number): number {
  const norm = (v: readonly number[]): number => Math.hypot(...v);
  const cosine = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, k) => sum + x * b[k]!, 0) / (norm(a) * norm(b));
  const values: number[] = [];
  for (let anchor = 4; anchor < 8; anchor++) {
    const scores = vectors.map((other) => cosine(vectors[anchor]!, other) / temperature);
    const rivals = scores.filter((_, other) => groups[other] !== groups[anchor]);
    scores.forEach((score, other) => {
      if (other === anchor || groups[other] !== groups[anchor]) return;
      values.push(-Math.log(Math.exp(score) / (Math.exp(score) + rivals.reduce((sum, s) => sum + Math.exp(s), 0))));
    });
  }
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
