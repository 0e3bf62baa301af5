import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Distance, Evaluator, Head, Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin, type Plugin } from '../../core/plugin/define.js';
import { createRegistry } from '../../core/plugin/registry.js';
import { type CaseRequest, evaluateCase } from '../../core/run/case/evaluate-case.js';
import { cosine } from '../../plugins/distances/cosine.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { manhattan } from '../../plugins/distances/manhattan.js';
import { bce } from '../../plugins/losses/bce.js';
import { contrastive } from '../../plugins/losses/contrastive.js';
import { cosineEmbedding } from '../../plugins/losses/cosine-embedding.js';
import { messageOf } from '../files/problem-of.js';

const none = { type: 'object', additionalProperties: false, properties: {} } as const;
/** Sum of the distances to the item's own proxy. */
const toProxies = definePlugin(Loss, {
  name: 'acme/to-proxies',
  summary: 'Pulls every item to the proxy of its group.',
  options: none,
  needs: { embeddings: 'labelled-batch' },
  inject: { distance: Distance },
  weights: {
    proxies: { shape: ['groups', 'dimensions'], initializer: 'unitSphere' },
    scale: { shape: [], initializer: { constant: 2 } },
  },
  create: (_options, { distance }) => ({
    perBatch: ({ embeddings, labels }, { proxies, scale }) => {
      const values = distance.between(embeddings, ops.gather(proxies, labels)); // [batch]
      return { terms: [{ values: ops.mul(values, scale) }] };
    },
  }),
});
/** Mean over positives minus mean over negatives, of the masks alone. */
const byMasks = definePlugin(Loss, {
  name: 'acme/by-masks',
  summary: 'Distances of positives, and minus those of negatives.',
  options: none,
  needs: { embeddings: ['labelled-batch', 'triplets'] },
  inject: { distance: Distance },
  create: (_options, { distance }) => ({
    perBatch: ({ embeddings, references, positive, negative }) => {
      const values = distance.matrix(embeddings, references); // [a, r]
      return {
        terms: [
          { values, weights: positive },
          { values: ops.neg(values), weights: negative },
        ],
      };
    },
    perTriplet: (t) => ({ terms: [{ values: distance.between(t.anchor, t.positive) }] }), // [triplets]
  }),
});
const inBatch = definePlugin(Loss, {
  name: 'acme/in-batch',
  summary: 'Shows what a loss on pairs of embeddings is given.',
  options: none,
  needs: { embeddings: 'pairs' },
  create: () => ({
    perPairBatch: ({ left, right, target, known, logFrequency }) => {
      const dots = ops.matMul(left, right, false, true); // [pairs, pairs]
      const own = ops.sum(ops.mul(known, dots), 1); // [pairs]
      return { terms: [{ values: ops.add(ops.add(own, ops.mul(100, target)), logFrequency) }] };
    },
  }),
});
const headed = definePlugin(Loss, {
  name: 'acme/headed',
  summary: 'Wants the head.',
  options: none,
  needs: { embeddings: 'triplets' },
  inject: { head: Head },
  create: (_options, { head }) => ({
    perTriplet: ({ anchor, positive }) => ({
      terms: [{ values: head.score({ left: anchor, right: positive, distance: () => anchor }) }],
    }),
  }),
});
const broken = definePlugin(Loss, {
  name: 'acme/broken',
  summary: 'Multiplies what does not fit.',
  options: none,
  needs: { score: 'distance' },
  create: () => ({ perPair: (score) => ops.mul(score, tfc.ones([7])) }),
});
const reduced = definePlugin(Loss, {
  name: 'acme/reduced',
  summary: 'Takes the mean by itself.',
  options: none,
  needs: { score: 'distance' },
  create: () => ({ perPair: (score) => ops.mean(score) }),
});
/** Counts its pairs and closest ones. */
const closest = definePlugin(Evaluator, {
  name: 'acme/closest',
  summary: 'Largest closeness, and the number of pairs.',
  options: none,
  measures: 'pairs',
  metrics: {
    closest: { better: 'higher', range: [-Infinity, Infinity], description: 'Largest closeness.' },
    pairs: { better: 'higher', range: [0, Infinity], description: 'Number of pairs.' },
  },
  create: () => ({
    begin() {
      const seen: number[] = [];
      return {
        add: ({ closeness }) => void seen.push(...closeness),
        result: () => ({ values: { closest: Math.max(...seen), pairs: seen.length } }),
      };
    },
  }),
});
/** Share of queries whose nearest item is of their group. */
const first = definePlugin(Evaluator, {
  name: 'acme/first',
  summary: 'Whether the nearest item is relevant.',
  options: none,
  measures: 'neighbours',
  metrics: { first: { better: 'higher', range: [0, 1], description: 'Share of relevant nearest items.' } },
  neighbours: () => 1,
  create: () => ({
    begin() {
      const seen: number[] = [];
      return {
        add: ({ relevance }) => void seen.push(...relevance),
        result: () => ({ values: { first: seen.reduce((a, b) => a + b) / seen.length } }),
      };
    },
  }),
});

const plugins: Plugin[] = [bce, contrastive, cosine, cosineEmbedding, euclidean, manhattan];
const registry = createRegistry([
  { owner: 'siamese', plugins },
  { owner: 'acme', plugins: [toProxies, byMasks, inBatch, headed, broken, reduced, closest, first] },
]);
type Some = Omit<CaseRequest, 'registry' | 'kind' | 'options'> & { readonly kind?: string; readonly options?: object };
const evaluate = ({ kind = 'loss', options = {}, ...rest }: Some) =>
  evaluateCase({ registry, kind, options: options as CaseRequest['options'], ...rest });
const pairs = {
  left: [
    [0, 0],
    [0, 0],
  ],
  right: [
    [3, 4],
    [0, 0.5],
  ],
  target: [1, 0],
};

beforeAll(() => tfc.setBackend('cpu'));

describe('evaluateCase', () => {
  it('gives value and gradient of a loss on the distances of pairs', async () => {
    // (5^2 + 0.5^2) / 2; by right: 2d (3, 4)/5 / 2 and -2 (1 - 0.5) (0, 1) / 2
    expect(await evaluate({ type: 'contrastive', inputs: pairs })).toEqual({
      value: 12.625,
      gradient: {
        left: [
          [-3, -4],
          [-0, 0.5],
        ],
        right: [
          [3, 4],
          [0, -0.5],
        ],
      },
    });
  });

  it('takes another distance where it is asked for', async () => {
    const { value } = await evaluate({ type: 'contrastive', inputs: pairs, distance: 'manhattan' });
    expect(value).toBe((49 + 0.25) / 2);
  });

  it('takes scores in place of embeddings', async () => {
    const inputs = { score: [5, 0.5], target: [1, 0] };
    expect(await evaluate({ type: 'contrastive', inputs })).toEqual({ value: 12.625, gradient: { score: [5, -0.5] } });
  });

  it('takes the distance that a loss presumes', async () => {
    const inputs = { left: [[2, 0]], right: [[0, 3]], target: [1] };
    expect((await evaluate({ type: 'cosine-embedding', inputs })).value).toBeCloseTo(1, 6);
  });

  it('gives the values of a distance, pair by pair', async () => {
    const { left, right } = pairs;
    expect(await evaluate({ kind: 'distance', type: 'euclidean', inputs: { left, right } })).toEqual({
      value: [5, 0.5],
    });
  });

  it('gives batch losses their masks and the injected distance', async () => {
    const inputs = {
      embeddings: [
        [0, 0],
        [3, 4],
        [0, 1],
      ],
      labels: [1, 1, 0],
    };
    // positives at 5, both ways; negatives at 1 and sqrt(18), both ways
    const { value, gradient } = await evaluate({ type: 'acme/by-masks', inputs });
    expect(value).toBeCloseTo(5 - (1 + Math.sqrt(18)) / 2, 5);
    expect(Object.keys(gradient!)).toEqual(['embeddings']);
  });

  it('gives triplet losses their three items', async () => {
    const inputs = { anchor: [[0, 0]], positive: [[3, 4]], negative: [[9, 9]] };
    expect(await evaluate({ type: 'acme/by-masks', inputs })).toEqual({
      value: 5,
      gradient: {
        anchor: [[-0.6000000238418579, -0.800000011920929]],
        positive: [[0.6000000238418579, 0.800000011920929]],
        negative: [[0, 0]],
      },
    });
  });

  it('gives losses on pairs of embeddings what is known to match: the pair itself, unless its target is 0', async () => {
    const inputs = {
      left: [
        [1, 0],
        [0, 2],
      ],
      right: [
        [5, 1],
        [7, 3],
      ],
    };
    expect((await evaluate({ type: 'acme/in-batch', inputs })).value).toBe((105 + 106) / 2);
    expect((await evaluate({ type: 'acme/in-batch', inputs: { ...inputs, target: [1, 0] } })).value).toBe(
      (105 + 0) / 2,
    );
  });

  it('takes weights from the input, more proxies than groups too, and starts the others', async () => {
    const inputs = {
      embeddings: [
        [0, 0],
        [1, 1],
      ],
      labels: [1, 0],
      proxies: [
        [1, 1],
        [3, 4],
        [9, 9],
      ],
    };
    const { value, gradient } = await evaluate({ type: 'acme/to-proxies', inputs });
    expect(value).toBe(5); // 2 * (5 + 0) / 2
    expect(Object.keys(gradient!)).toEqual(['embeddings']);
    expect((await evaluate({ type: 'acme/to-proxies', inputs: { ...inputs, scale: 6 } })).value).toBe(15);
  });

  it('gives the metrics of scored pairs: of two distances the smaller is closer, of two scores the larger', async () => {
    const pairsOf = (inputs: CaseRequest['inputs']) => evaluate({ kind: 'metric', type: 'acme/closest', inputs });
    expect(await pairsOf({ distance: [3, 0.5], target: [1, 0] })).toEqual({ value: { closest: -0.5, pairs: 2 } });
    expect(await pairsOf({ score: [3, 0.5], target: [1, 0] })).toEqual({ value: { closest: 3, pairs: 2 } });
  });

  it('gives the metrics of neighbours, under the distance that is asked for', async () => {
    // from (0, 0): (2, 2) is nearer than (0, 3) by the euclidean distance only
    const inputs = {
      embeddings: [
        [0, 0],
        [2, 2],
        [0, 3],
      ],
      labels: [0, 0, 1],
    };
    const shareUnder = async (distance: string) =>
      (await evaluate({ kind: 'metric', type: 'acme/first', inputs, distance })).value;
    expect(await shareUnder('euclidean')).toEqual({ first: 0.5 });
    expect(await shareUnder('manhattan')).toEqual({ first: 0 });
  });

  it('leaves no tensor behind', async () => {
    const before = tfc.memory().numTensors;
    await evaluate({ type: 'contrastive', inputs: pairs });
    await evaluate({ kind: 'metric', type: 'acme/first', inputs: { embeddings: [[0], [1]], labels: [0, 0] } });
    await messageOf(() => evaluate({ type: 'acme/broken', inputs: { score: [1, 2], target: [1, 0] } }));
    expect(tfc.memory().numTensors).toBe(before);
  });
});

describe('evaluateCase says what is wrong with', () => {
  const { left, right, target } = pairs;
  const wrong: readonly (readonly [string, Some, string])[] = [
    [
      'the kind',
      { kind: 'sampler', type: 'x', inputs: {} },
      'USAGE the kind must be loss, distance, metric, got "sampler"',
    ],
    [
      'the kind, a word of JavaScript',
      { kind: 'constructor', type: 'x', inputs: {} },
      'USAGE the kind must be loss, distance, metric, got "constructor"',
    ],
    [
      'the name',
      { type: 'contrastve', inputs: pairs },
      'PLUGIN_UNKNOWN no loss is called "contrastve"; did you mean contrastive? There are: bce, contrastive, cosine-embedding, acme/to-proxies, acme/by-masks, acme/in-batch, acme/headed, acme/broken, acme/reduced',
    ],
    [
      'the distance',
      { type: 'contrastive', inputs: pairs, distance: 'cosin' },
      'PLUGIN_UNKNOWN no distance is called "cosin"; did you mean cosine? There are: cosine, euclidean, manhattan',
    ],
    [
      'a distance that the loss does not presume',
      { type: 'cosine-embedding', inputs: pairs, distance: 'euclidean' },
      'GEOMETRY_DISTANCE cosine-embedding is a loss on the distance cosine, got euclidean',
    ],
    [
      'an option',
      { type: 'contrastive', options: { margin: -1 }, inputs: pairs },
      'OPTION_RANGE options.margin must be > 0, got -1',
    ],
    [
      'embeddings for a loss on logits',
      { type: 'bce', inputs: pairs },
      'DATA_FORMAT bce reads a logit and needs the inputs score, target, got left, right, target',
    ],
    [
      'a missing input',
      { type: 'contrastive', inputs: { left, right } },
      'DATA_FORMAT contrastive reads a distance and needs the inputs score, target or left, right, target, got left, right',
    ],
    [
      'an input without use',
      { type: 'contrastive', inputs: { ...pairs, labls: [1] } },
      'DATA_FORMAT contrastive has no use for the input "labls". Its inputs: left, right, target',
    ],
    [
      'a misspelt weight',
      { type: 'acme/to-proxies', inputs: { embeddings: [[1]], labels: [0], proxes: [[1]] } },
      'DATA_FORMAT acme/to-proxies has no use for the input "proxes"; did you mean proxies? Its inputs: embeddings, labels, proxies, scale',
    ],
    [
      'ragged rows',
      { type: 'contrastive', inputs: { ...pairs, left: [[0, 0], [1]] } },
      'DATA_FORMAT the input left must be numbers in rows of one length, got [1]',
    ],
    [
      'text',
      { type: 'contrastive', inputs: { ...pairs, target: [1, '0'] } },
      'DATA_FORMAT the input target must be numbers in rows of one length, got "0"',
    ],
    [
      'a number in place of a row',
      { type: 'contrastive', inputs: { ...pairs, left: [0, 0] } },
      'DATA_FORMAT the input left must be a list of rows of numbers, its shape is [2]',
    ],
    [
      'numbers past float32',
      { type: 'contrastive', inputs: { ...pairs, target: [1, 1e39] } },
      'DATA_VALUE the input target holds 1e+39, which is no finite float32',
    ],
    [
      'labels that are no integers',
      { type: 'acme/by-masks', inputs: { embeddings: [[1]], labels: [0.5] } },
      'DATA_VALUE the input labels holds 0.5: labels are whole numbers',
    ],
    [
      'sizes that disagree',
      { type: 'contrastive', inputs: { ...pairs, target: [1] } },
      'DATA_SIZE left and target must have the same number of rows, got 2 and 1',
    ],
    [
      'lengths that disagree',
      { type: 'contrastive', inputs: { left: [[1, 2]], right: [[1, 2, 3]], target } },
      'DATA_SIZE left and target must have the same number of rows, got 1 and 2',
    ],
    [
      'dimensions that disagree',
      { type: 'contrastive', inputs: { left: [[1, 2]], right: [[1, 2, 3]], target: [1] } },
      'DATA_SIZE left and right must have rows of the same length, got 2 and 3',
    ],
    [
      'a weight without values',
      { type: 'acme/to-proxies', inputs: { embeddings: [[1, 2]], labels: [3] } },
      'DATA_FORMAT acme/to-proxies starts from random proxies: give proxies [4,2] among the inputs',
    ],
    [
      'a weight of another shape',
      { type: 'acme/to-proxies', inputs: { embeddings: [[1, 2]], labels: [0], proxies: [[1, 2, 3]] } },
      'DATA_SIZE the input proxies has the shape [1,3], acme/to-proxies needs [1,2] here',
    ],
    [
      'a loss that needs a head',
      { type: 'acme/headed', inputs: { anchor: [[1]], positive: [[1]], negative: [[1]] } },
      "USAGE acme/headed reads the recipe's head: it cannot be evaluated by itself",
    ],
  ];
  for (const [what, request, message] of wrong) {
    it(what, async () => expect(await messageOf(() => evaluate(request))).toBe(message));
  }

  it('a plugin that returns one number for all pairs', async () => {
    const message = await messageOf(() =>
      evaluate({ type: 'acme/reduced', inputs: { score: [1, 2], target: [1, 0] } }),
    );
    expect(message).toBe('PLUGIN_FAILED perPair returned the shape [], it must return [2]');
  });

  it('a plugin that throws', async () => {
    const message = await messageOf(() => evaluate({ type: 'acme/broken', inputs: { score: [1, 2], target: [1, 0] } }));
    expect(message).toMatch(/^PLUGIN_FAILED loss acme\/broken threw: /);
  });
});
