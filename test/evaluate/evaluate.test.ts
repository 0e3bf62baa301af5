import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Accumulator, EmbeddingBlock, Measures, NeighbourBlock, PairBlock } from '../../core/contract/index.js';
import { type BoundEvaluator, type EvaluationInput, evaluate, metricAt } from '../../core/evaluate/evaluate.js';
import { openStream } from '../../core/random/index.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { bound } from './distances.js';
import { itemSet, pairTable } from './sets.js';

type AnyBlock = PairBlock | NeighbourBlock | EmbeddingBlock;
interface Begun {
  readonly name: string;
  readonly threshold: number | null;
  readonly positive: string;
  readonly drawn: number;
  readonly blocks: AnyBlock[];
}

/** An evaluator that remembers what it is given; its one metric is the number of its blocks. */
function remembering(name: string, measures: Measures, begun: Begun[], neighbours = 0): BoundEvaluator {
  return {
    name,
    measures,
    binary: false,
    neighbours,
    metrics: { blocks: { better: 'higher', range: [0, Infinity], description: 'Blocks.' } },
    instance: {
      begin({ threshold, positive, draw }) {
        const blocks: AnyBlock[] = [];
        begun.push({ name, threshold, positive, drawn: draw.uniform(), blocks });
        return {
          add: async (block: AnyBlock) => {
            await Promise.resolve();
            blocks.push(block);
          },
          result: () => ({ values: { blocks: blocks.length } }),
        } as Accumulator<PairBlock & NeighbourBlock & EmbeddingBlock>;
      },
    },
  };
}

function inputOf(evaluators: readonly BoundEvaluator[], calls: string[] = []): EvaluationInput {
  const distance = bound(euclidean);
  const values = Float32Array.of(0, 1, 3, 7);
  const vectors = { values, size: 4, dimensions: 1 };
  return {
    items: itemSet({ groups: [0, 0, 1, 1] }),
    embedded: { left: vectors, right: vectors },
    pairs: { ...pairTable([[0, 1, 1], [0, 2, 0]]), positives: 1, hash: '' }, // biome-ignore format: a table
    evaluators,
    threshold: -2,
    positive: 'different',
    draw: (name) => openStream(3, name).draw(),
    scorer: {
      produces: 'distance',
      score: (left, right) => {
        calls.push('between');
        return distance.between(left, right);
      },
    },
    distance: {
      ...distance,
      matrix: (a, b) => {
        calls.push('matrix');
        return distance.matrix(a, b);
      },
    },
  };
}

beforeAll(async () => {
  await tfc.setBackend('cpu');
});

describe('evaluate', () => {
  it('computes each kind of block once, for all who measure it', async () => {
    const [begun, calls]: [Begun[], string[]] = [[], []];
    const evaluators = [
      remembering('a', 'pairs', begun),
      remembering('b', 'neighbours', begun, 2),
      remembering('c', 'pairs', begun),
      remembering('d', 'neighbours', begun, 3),
      remembering('e', 'embeddings', begun),
    ];
    const evaluation = await evaluate(inputOf(evaluators, calls));
    expect(calls).toEqual(['between', 'matrix']);
    expect(Object.keys(evaluation)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const [a, b, c, d, e] = begun.map(({ blocks }) => blocks);
    expect(a).toHaveLength(1);
    expect(a![0]).toBe(c![0]);
    expect((a![0] as PairBlock).score).toEqual(Float32Array.of(1, 3));
    expect(b![0]).toBe(d![0]);
    expect((b![0] as NeighbourBlock).count).toBe(3);
    expect((e![0] as EmbeddingBlock).embeddings).toEqual(Float32Array.of(0, 1, 3, 7));
    expect([...(e![0] as EmbeddingBlock).groups]).toEqual([0, 0, 1, 1]);
  });

  it('computes nothing that nobody measures', async () => {
    const [begun, calls]: [Begun[], string[]] = [[], []];
    await evaluate(inputOf([remembering('e', 'embeddings', begun)], calls));
    await evaluate(inputOf([], calls));
    expect(calls).toEqual([]);
    const { distance } = begun[0]!.blocks[0] as EmbeddingBlock;
    expect(await distance(Float32Array.of(1, 2), Float32Array.of(5, 1, 2), 2, 3)).toEqual(
      Float32Array.of(4, 0, 1, 3, 1, 0),
    );
  });

  it('tells the threshold and what is positive; each evaluator draws by its own name', async () => {
    const [both, alone]: [Begun[], Begun[]] = [[], []];
    await evaluate(inputOf([remembering('a', 'pairs', both), remembering('b', 'pairs', both)]));
    await evaluate(inputOf([remembering('b', 'pairs', alone)]));
    expect(both[1]).toEqual(alone[0]);
    expect(both[0]!.drawn).not.toBe(both[1]!.drawn);
    expect([both[0]!.threshold, both[0]!.positive]).toEqual([-2, 'different']);
  });
});

describe('metricAt', () => {
  const evaluation = { retrieval: { values: { recallAt1: 0.5, mapAtR: Number.NaN, zero: 0 } } };
  it.each([
    ['retrieval.recallAt1', 0.5],
    ['retrieval.zero', 0],
    ['retrieval.mapAtR', null],
    ['retrieval.unknown', null],
    ['verification.rocAuc', null],
    ['retrieval', null],
  ])('%s is %s', (path, value) => {
    expect(metricAt(evaluation, path)).toBe(value);
  });
});
