import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LabelledBatch, PairBatch, Step } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { registerUniform } from '../../core/engine/step-random.js';
import { view } from '../../core/plugin/view.js';
import { buildEncoder, type encoderContext } from '../../core/train/encoder.js';
import type { AnyLoss } from '../../core/train/loss.js';
import type { Network, NetworkWeight } from '../../core/train/network.js';
import { createEagerStep } from '../../core/train/step.js';
import { exportWeights } from '../../core/train/weights.js';
import { contrastive } from '../../plugins/losses/contrastive.js';
import { mse } from '../../plugins/losses/mse.js';
import { adam } from '../../plugins/optimizers/adam.js';
import { messageOf } from '../files/problem-of.js';
import { drawnRows, expectClose, numericGradient } from '../plugins/numeric.js';
import {
  inputs,
  itemsOf,
  labelledOf,
  look,
  lossOf,
  lossPlugin,
  networkOf,
  nothingKnown,
  pairsOf,
  smallEncoder,
  start,
  stepSettings,
  tripletsOf,
  valuesOf,
} from './networks.js';

beforeAll(async () => {
  registerUniform('cpu');
  await tfc.setBackend('cpu');
});

const items = itemsOf(drawnRows(8, 3, 41), [0, 0, 1, 1, 2, 2, -1, -1]);
const margin = (value = 1) => lossPlugin(contrastive, { margin: value });
const pairs = pairsOf(items, [[0, 1, 1], [2, 5, 0], [3, 2, 1], [4, 4, 1], [6, 1, 0]]); // biome-ignore format: a table

/** The small encoder in float64, on all of its weights one after another. */
function embed(weights: readonly number[], x: readonly number[]): number[] {
  const [kernel1, bias1, kernel2, bias2] = [weights.slice(0, 12), weights.slice(12, 16), weights.slice(16, 24), weights.slice(24, 26)] as const; // biome-ignore format: one case
  const hidden = bias1.map((bias, j) =>
    Math.tanh(bias + x.reduce((sum, value, i) => sum + value * kernel1[4 * i + j]!, 0)),
  );
  return bias2.map((bias, j) => bias + hidden.reduce((sum, value, i) => sum + value * kernel2[2 * i + j]!, 0));
}
const rowsOf = (batch: typeof pairs, side: 'left' | 'right'): number[][] => {
  if (batch.kind !== 'pairs') throw new Error('pairs were expected');
  const values = [...batch[side].x!];
  return Array.from({ length: batch.count }, (_, i) => values.slice(3 * i, 3 * i + 3));
};
/** Contrastive loss of each pair of a batch. */
function costs(weights: readonly number[], batch: typeof pairs, right = weights): number[] {
  if (batch.kind !== 'pairs') throw new Error('pairs were expected');
  const [lefts, rights] = [rowsOf(batch, 'left'), rowsOf(batch, 'right')];
  return lefts.map((x, i) => {
    const [a, b] = [embed(weights, x), embed(right, rights[i]!)];
    const distance = Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
    const target = batch.target[i]!;
    return target * distance ** 2 + (1 - target) * Math.max(0, 1 - distance) ** 2;
  });
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const flat = (network: Network): number[] => Object.values(valuesOf(network)).flat();
/** A weight of the network that a loss declares. */
const declared = (name: string, value: number, more: Partial<NetworkWeight> = {}): NetworkWeight => ({
  name: `loss/${name}`,
  variable: tfc.variable(tfc.scalar(value)),
  trainable: true,
  decay: false,
  scale: 1,
  ...more,
});

describe('the gradient of a whole network', () => {
  it('agrees with finite differences of its loss in float64: one encoder for both sides', () => {
    const network = networkOf({ losses: [lossOf(margin())] });
    const { loss, gradients } = look(network, pairs);
    const weights = flat(network);
    expect(weights).toHaveLength(26);
    expect(loss).toBeCloseTo(mean(costs(weights, pairs)), 6);
    const expected = numericGradient((at) => mean(costs(at, pairs)), weights);
    expectClose(gradients.flat(), expected, 1e-5);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.05);
  });

  it('agrees with them for two towers', () => {
    const [left, right] = [smallEncoder({}, 'encoder.left'), smallEncoder({}, 'encoder.right')];
    const network = networkOf({ left, right, losses: [lossOf(margin())] });
    const { loss, gradients } = look(network, pairs);
    const weights = flat(network);
    expect(weights.slice(0, 26)).not.toEqual(weights.slice(26));
    const cost = (at: readonly number[]): number => mean(costs(at.slice(0, 26), pairs, at.slice(26)));
    expect(loss).toBeCloseTo(cost(weights), 6);
    expectClose(gradients.flat(), numericGradient(cost, weights), 1e-5);
  });

  it('is 0 for a weight that the loss does not reach', () => {
    const idle = declared('idle', 3);
    const network = networkOf({ losses: [lossOf(margin())], extra: [idle] });
    expect(look(network, pairs).gradients.at(-1)).toEqual([0]);
  });
});

describe('pair weights', () => {
  const weighted = pairsOf(items, [[0, 1, 1, 2], [2, 5, 0, 0], [3, 2, 1, 0.5], [6, 1, 0, 3]]); // biome-ignore format: a table
  const weigh = (values: readonly number[]): number =>
    [2, 0, 0.5, 3].reduce((sum, weight, i) => sum + weight * values[i]!, 0) / 5.5;

  it('weigh the mean of the losses and its gradient', () => {
    const network = networkOf({ losses: [lossOf(margin())] });
    const { loss, gradients } = look(network, weighted);
    const weights = flat(network);
    expect(loss).toBeCloseTo(weigh(costs(weights, weighted)), 6);
    expectClose(
      gradients.flat(),
      numericGradient((at) => weigh(costs(at, weighted)), weights),
      1e-5,
    );
  });

  it('make a batch of weight 0 cost nothing', () => {
    const network = networkOf({ losses: [lossOf(margin())] });
    const { loss, gradients } = look(network, pairsOf(items, [[0, 2, 1, 0], [1, 3, 0, 0]])); // biome-ignore format: a table
    expect([loss, ...gradients.flat()]).toEqual(Array(27).fill(0));
  });

  it('weigh losses on the embeddings of pairs too, term by term where there is a value per pair', () => {
    const halves = (batch: PairBatch): Tensor => tfc.sum(tfc.sub(batch.left, batch.right), 1);
    const loss: AnyLoss = {
      perPairBatch: (batch) => ({ terms: [{ values: halves(batch), weights: tfc.tensor1d([1, 1, 2, 0]) }, { values: tfc.tensor2d([[1, 3]]) }] }), // biome-ignore format: one case
    };
    const network = networkOf({ losses: [lossOf(loss)] });
    const weights = flat(network);
    const [lefts, rights] = [rowsOf(weighted, 'left'), rowsOf(weighted, 'right')];
    const values = lefts.map((x, i) =>
      embed(weights, x).reduce((sum, one, k) => sum + one - embed(weights, rights[i]!)[k]!, 0),
    );
    // weights 2 0 1 0 of the pairs that the loss has not left out; the other term is as it is
    expect(look(network, weighted).loss).toBeCloseTo((2 * values[0]! + values[2]!) / 3 + 2, 5);
  });
});

describe('losses', () => {
  it('are summed by their weights; the head is asked once', () => {
    let scored = 0;
    const network = networkOf({ losses: [lossOf(margin(), { weight: 2 }), lossOf(margin(3), { weight: 0.5 })] });
    const counted: Network = {
      ...network,
      head: {
        ...network.head,
        instance: {
          score({ distance }) {
            scored++;
            return distance();
          },
        },
      },
    };
    const one = (value: number) => look(networkOf({ losses: [lossOf(margin(value))] }), pairs).loss;
    expect(look(counted, pairs).loss).toBeCloseTo(2 * one(1) + 0.5 * one(3), 5);
    expect(scored).toBe(1);
  });

  it('get triplets, and labelled batches with masks: no item meets itself, an impostor is a negative of its group', () => {
    const seen: number[][][] = [];
    const batchLoss: AnyLoss = {
      perBatch({ embeddings, labels, positive, negative }: LabelledBatch) {
        seen.push(positive.arraySync() as number[][], negative.arraySync() as number[][], [
          labels.arraySync() as number[],
        ]);
        return { terms: [{ values: tfc.sum(embeddings, 1) }] };
      },
    };
    const forged = { ...items, impostorOf: Int32Array.of(-1, -1, -1, -1, -1, -1, 0, -1) };
    look(networkOf({ losses: [lossOf(batchLoss)] }), labelledOf(forged, [0, 1, 2, 0, 6]));
    expect(seen).toEqual([
      [[0, 1, 0, 0, 0], [1, 0, 0, 1, 0], [0, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0]],
      [[0, 0, 1, 0, 1], [0, 0, 1, 0, 1], [1, 1, 0, 1, 0], [0, 0, 1, 0, 1], [1, 1, 0, 1, 0]],
      [[0, 0, 1, 0, -1]],
    ]); // biome-ignore format: a table
    const tripletLoss: AnyLoss = {
      perTriplet: ({ anchor, positive, negative }) => ({
        terms: [{ values: tfc.sum(tfc.addN([anchor, tfc.mul(2, positive), tfc.mul(3, negative)]), 1) }],
      }),
    };
    const network = networkOf({ losses: [lossOf(tripletLoss)] });
    const sum = (row: number): number => embed(flat(network), drawnRows(8, 3, 41)[row]!).reduce((a, b) => a + b, 0);
    const { loss } = look(network, tripletsOf(items, [[0, 1, 2], [4, 5, 0]])); // biome-ignore format: a table
    expect(loss).toBeCloseTo((sum(0) + 2 * sum(1) + 3 * sum(2) + sum(4) + 2 * sum(5) + 3 * sum(0)) / 2, 4);
  });

  it('read matches only where they need them', () => {
    const shapes: number[][] = [];
    const loss: AnyLoss = {
      perPairBatch({ left, known, logFrequency }) {
        shapes.push(known.shape, logFrequency.shape);
        return { terms: [{ values: tfc.sum(left, 1) }] };
      },
    };
    look(networkOf({ losses: [lossOf(loss)] }), pairs);
    expect(shapes).toEqual([[5, 5], [5]]); // biome-ignore format: a table
  });

  it('report monitors', () => {
    const loss: AnyLoss = {
      perPairBatch: ({ left }) => ({
        terms: [{ values: tfc.sum(left, 1) }],
        monitors: { activeShare: tfc.scalar(0.25) },
      }),
    };
    expect(look(networkOf({ losses: [lossOf(loss)] }), pairs).monitors).toEqual({ activeShare: 0.25 });
    const two = [lossOf(loss), { ...lossOf(loss), name: 'other' }];
    const ofTwo = { 'tested.activeShare': 0.25, 'other.activeShare': 0.25 };
    expect(look(networkOf({ losses: two }), pairs).monitors).toEqual(ofTwo); // none hides the other
    const three = { 'tested.0.activeShare': 0.25, 'other.activeShare': 0.25, 'tested.2.activeShare': 0.25 };
    expect(look(networkOf({ losses: [...two, lossOf(loss)] }), pairs).monitors).toEqual(three);
  });

  it('that return another shape, or update what is not theirs, are told so', async () => {
    const wrong = (instance: AnyLoss, variables: Record<string, tfc.Variable> = {}) =>
      messageOf(() => look(networkOf({ losses: [lossOf(instance, { variables })] }), pairs));
    expect(await wrong({ perPair: (score) => tfc.sum(score) })).toBe('PLUGIN_FAILED loss tested returned the shape [], it must return [5]'); // biome-ignore format: one case
    const updating = (updates: Record<string, Tensor>): AnyLoss => ({
      perPairBatch: ({ left }) => ({ terms: [{ values: tfc.sum(left, 1) }], updates: updates as never }),
    });
    const ours = { centre: tfc.variable(tfc.zeros([2])) };
    expect(await wrong(updating({ center: tfc.zeros([2]) }), ours)).toBe('PLUGIN_FAILED loss tested updates the weight "center", which it does not declare'); // biome-ignore format: one case
    expect(await wrong(updating({ centre: tfc.zeros([3]) }), ours)).toBe('PLUGIN_FAILED loss tested, as its update of centre, returned the shape [3], it must return [2]'); // biome-ignore format: one case
  });
});

describe('regularization', () => {
  /** A linear encoder with an L2 penalty of 0.01 on its kernel. */
  const penalized = (path = 'encoder') =>
    buildEncoder({
      plugin: 'penalized',
      inputs,
      seed: 3,
      path,
      create: (context) => {
        const { layers, input, model } = context as ReturnType<typeof encoderContext>;
        const x = input(inputs[0]!);
        const dense = layers.dense({ units: 2, useBias: false, kernelRegularizer: tfl.regularizers.l2({ l2: 0.01 }) }); // biome-ignore format: one case
        return model({ inputs: [x], outputs: dense.apply(x) as typeof x });
      },
    });
  const nothing: AnyLoss = { perPair: (score) => ops.mul(score, 0) };
  const penalty = (weights: readonly number[]): number => 0.01 * weights.reduce((sum, value) => sum + value ** 2, 0);

  it('counts once, however many losses and passes there are, and is not weighted', () => {
    const network = networkOf({ left: penalized(), losses: [lossOf(nothing, { weight: 5 }), lossOf(nothing)] });
    const { loss, gradients } = look(network, pairs);
    expect(loss).toBeCloseTo(penalty(flat(network)), 7);
    expectClose(
      gradients.flat(),
      flat(network).map((value) => 0.02 * value),
      1e-6,
    );
  });

  it('counts once for each of two towers', () => {
    const network = networkOf({
      left: penalized('encoder.left'),
      right: penalized('encoder.right'),
      losses: [lossOf(nothing)],
    });
    expect(look(network, pairs).loss).toBeCloseTo(penalty(flat(network)), 7);
  });
});

describe('the update', () => {
  it('goes against the gradient, at the learning rate of the step', () => {
    const network = networkOf({ losses: [lossOf(margin())] });
    const { gradients } = look(network, pairs);
    const before = Object.values(valuesOf(network));
    const step = createEagerStep(stepSettings(network));
    step.run([{ batch: pairs, known: nothingKnown, at: { ...start, learningRate: 0.5 } }]);
    for (const [i, values] of Object.values(valuesOf(network)).entries()) {
      expectClose(
        values,
        before[i]!.map((value, k) => value - 0.5 * gradients[i]![k]!),
        1e-6,
      );
    }
    for (const slots of step.optimizerState.slots.values())
      expect(new Set(slots.count!.dataSync())).toEqual(new Set([1]));
    step.dispose();
  });

  it('leaves frozen weights as they are, without slots, and multiplies the learning rate by the scale', () => {
    const [kernel, bias] = Object.keys(valuesOf(networkOf({ losses: [] }))) as [string, string];
    const network = networkOf({ losses: [lossOf(margin())], scales: { [kernel]: 0, [bias]: 10 } });
    const before = valuesOf(network);
    const step = createEagerStep(stepSettings(network));
    step.run([{ batch: pairs, known: nothingKnown, at: start }]);
    expect([...step.optimizerState.slots.keys()]).toEqual(Object.keys(before).filter((name) => name !== kernel));
    step.dispose();
    const after = valuesOf(network);
    expect(after[kernel]).toEqual(before[kernel]);
    expect(after[bias]).not.toEqual(before[bias]);
    expect(look(network, pairs).seen.map(({ learningRate }) => Math.fround(learningRate))).toEqual([10 * 0.1, 0.1, 0.1].map(Math.fround)); // biome-ignore format: one case
  });

  it('counts from 1, and says where weight decay applies', () => {
    const network = networkOf({ losses: [lossOf(margin())] });
    const { seen } = look(network, pairs, { at: { ...start, index: 41 } });
    expect(seen.map(({ step, decay }) => [step, decay])).toEqual([[42, true], [42, false], [42, true], [42, false]]); // biome-ignore format: a table
  });

  it('applies what a loss says of its own weights, after the gradients, and reads the old value in the step', () => {
    const centre = tfc.variable(tfc.tensor1d([1, 1]), false);
    const read: number[][] = [];
    const loss: AnyLoss = {
      perPairBatch({ left }, weights) {
        const own = weights.centre as unknown as Tensor;
        read.push([...own.dataSync()]);
        return { terms: [{ values: tfc.sum(left, 1) }], updates: { centre: tfc.mul(own, 2) } as never };
      },
    };
    const own: NetworkWeight = { name: 'loss/centre', variable: centre, trainable: false, decay: false, scale: 1 };
    const network = networkOf({ losses: [lossOf(loss, { variables: { centre } })], extra: [own] });
    const step = createEagerStep(stepSettings(network));
    for (let index = 0; index < 3; index++) step.run([{ batch: pairs, known: nothingKnown, at: { ...start, index } }]);
    expect(read).toEqual([[1, 1], [2, 2], [4, 4]]); // biome-ignore format: a table
    expect([...centre.dataSync()]).toEqual([8, 8]);
    expect(step.optimizerState.slots.has('loss/centre')).toBe(false);
    step.dispose();
  });

  it('clips the gradients by their common norm, those of frozen weights left out', () => {
    const network = networkOf({ losses: [lossOf(margin())] });
    const raw = look(network, pairs).gradients;
    const norm = Math.hypot(...raw.flat());
    const clipped = look(network, pairs, { clipNorm: norm / 4 }).gradients;
    expectClose(
      clipped.flat(),
      raw.flat().map((value) => value / 4),
      1e-6,
    );
    expectClose(look(network, pairs, { clipNorm: 2 * norm }).gradients.flat(), raw.flat(), 1e-7);
    const [kernel] = Object.keys(valuesOf(network)) as [string];
    const frozen = networkOf({ left: network.left, losses: network.losses, scales: { [kernel]: 0 } });
    expect(Math.hypot(...look(frozen, pairs, { clipNorm: norm / 100 }).gradients.flat())).toBeCloseTo(norm / 100, 6);
  });
});

describe('randomness and time within the step', () => {
  /** A loss that shows what it draws. */
  const drawing = (seen: number[]): AnyLoss => ({
    perPair(score, _target, _weights, { random, index, progress, training }: Step) {
      seen.push(
        random.uniform([1]).dataSync()[0]!,
        index.dataSync()[0]!,
        Math.fround(progress.dataSync()[0]!),
        Number(training),
      );
      return score;
    },
  });
  const drawn = (at: Partial<typeof start> = {}, seed = 5): number[] => {
    const seen: number[] = [];
    look(networkOf({ losses: [lossOf(drawing(seen)), lossOf(drawing(seen))] }), pairs, {
      at: { ...start, ...at },
      seed,
    });
    return seen;
  };

  it('follow from seed, loss and step alone', () => {
    expect(drawn()).toEqual(drawn());
    const draws = [drawn(), drawn({ index: 1 }), drawn({}, 6)].flatMap((seen) => [seen[0]!, seen[4]!]);
    expect(new Set(draws).size).toBe(6);
    expect(drawn({ index: 3, progress: 0.25 }).slice(1, 4)).toEqual([3, 0.25, 1]);
  });
});

describe('many steps', () => {
  const batches = Array.from(
    { length: 50 },
    (_, i) =>
    pairsOf(items, [[i % 8, (3 * i + 1) % 8, i % 2], [(i + 1) % 8, (5 * i) % 8, (i + 1) % 2], [2, 3, 1]]), // biome-ignore format: a table
  );
  /** Adam on two losses, dropout, batch normalisation, an augmentation, clipping. */
  function everything(seed = 5) {
    const left = smallEncoder({ dropout: 0.3, batchNormalization: true });
    const variables = { centre: tfc.variable(tfc.zeros([2]), false) };
    const centring: AnyLoss = {
      perPairBatch: ({ left: a, right: b }, { centre }: { readonly centre?: Tensor }) => ({
        terms: [{ values: tfc.sum(tfc.squaredDifference(a, b), 1) }],
        updates: { centre: tfc.add(tfc.mul(centre!, 0.9), tfc.mul(tfc.mean(a, 0), 0.1)) } as never,
        monitors: { spread: tfc.mean(tfc.square(a)) },
      }),
    };
    const losses = [lossOf(margin()), lossOf(lossPlugin(mse, {}), { weight: 0.1 }), lossOf(centring, { variables })];
    const own: NetworkWeight = {
      name: 'loss.2/centre',
      variable: variables.centre,
      trainable: false,
      decay: false,
      scale: 1,
    };
    const network = networkOf({ left, losses, extra: [own] });
    const jitter = {
      augment: (values: Tensor, { random }: Step) => tfc.add(values, random.normal(values.shape, 0, 0.1)),
    };
    const optimizer = view(adam);
    const { beta1, beta2, epsilon } = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
    const step = createEagerStep(
      stepSettings(network, {
        optimizer: optimizer.create({ learningRate: 0.01, beta1, beta2, epsilon }, {}) as never,
        slots: optimizer.slots,
        augmentations: [{ name: 'test/jitter', instance: jitter, field: null, accepts: ['vector'], sides: 'each' }],
        clipNorm: 1,
        seed,
      }),
    );
    const run = (from: number, to: number): number[] =>
      batches
        .slice(from, to)
        .map((batch, i) => step.run([{ batch, known: nothingKnown, at: { index: from + i, progress: (from + i) / 50, learningRate: 0.01 } }])[0]!.loss); // biome-ignore format: one case
    const end = (): void => {
      step.dispose();
      left.dispose();
      variables.centre.dispose();
    };
    return { network, run, end };
  }

  it('leave no tensor behind', () => {
    const { run, end } = everything();
    run(0, 3); // moving averages are made in the first
    const before = tfc.memory().numTensors;
    run(3, 50);
    expect(tfc.memory().numTensors).toBe(before);
    end();
  });

  it('of one seed give the same bytes, of another seed others', () => {
    const [one, same, other] = [everything(), everything(), everything(6)];
    expect(one.run(0, 50)).toEqual(same.run(0, 50));
    expect(exportWeights(one.network.weights)).toEqual(exportWeights(same.network.weights));
    other.run(0, 50);
    expect(exportWeights(other.network.weights)).not.toEqual(exportWeights(one.network.weights));
    for (const { end } of [one, same, other]) end();
  });

  it('bring the loss down', () => {
    const network = networkOf({ losses: [lossOf(margin())] });
    const before = look(network, pairs).loss;
    const step = createEagerStep(stepSettings(network));
    for (let index = 0; index < 50; index++) step.run([{ batch: pairs, known: nothingKnown, at: { ...start, index } }]);
    expect(look(network, pairs).loss).toBeLessThan(before / 2);
    step.dispose();
  });
});
