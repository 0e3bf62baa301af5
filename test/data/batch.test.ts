import { describe, expect, it } from 'vitest';
import { type Batch, labelledBatch, pairBatch, tripletBatch } from '../../core/data/batch.js';
import type { ItemSet, Side } from '../../core/data/item-set.js';
import { surveyData } from '../../core/data/survey.js';
import { open, pairTable, requestOf, splitBy, stream, tables, text, vector } from './opening.js';

const side = (factor: number): Side => ({
  size: 5,
  key: String,
  gather: (rows) => ({ x: Float32Array.from(rows, (row) => factor * row) }),
});
const left = side(1);
const set = (more: Partial<ItemSet> = {}): ItemSet => ({
  left,
  right: left,
  groups: null,
  impostorOf: null,
  pairs: null,
  triplets: null,
  column: () => new Int32Array(),
  ...more,
});
const of = <K extends Batch['kind']>(kind: K, batch: Batch): Extract<Batch, { kind: K }> => {
  expect(batch.kind).toBe(kind);
  return batch as Extract<Batch, { kind: K }>;
};
const rows = (...numbers: number[]): Int32Array => Int32Array.from(numbers);

describe('a batch of pairs', () => {
  it('has the values of both sides, and what the sampler said', () => {
    const given = {
      left: rows(1, 2),
      right: rows(3, 0),
      target: Float32Array.of(0.5, 1),
      weight: Float32Array.of(2, 3),
    };
    const items = set({ right: side(10) });
    expect(of('pairs', pairBatch(items, given))).toEqual({
      kind: 'pairs',
      from: items,
      left: { x: Float32Array.of(1, 2) },
      right: { x: Float32Array.of(30, 0) },
      target: given.target,
      weight: given.weight,
      rows: given,
      count: 2,
    });
  });

  it('takes the target from the groups where the sampler leaves it: no group matches nothing', () => {
    const groups = rows(0, 0, 1, -1, -1);
    const batch = pairBatch(set({ groups }), { left: rows(0, 1, 3, 3, 2), right: rows(1, 2, 4, 3, 2), target: null });
    expect([...of('pairs', batch).target]).toEqual([1, 0, 0, 0, 1]);
    expect(of('pairs', batch).weight).toBeNull();
    const bare = () => pairBatch(set(), { left: rows(0), right: rows(1), target: null });
    expect(bare).toThrow('a sampler left the target to the groups, but the data has none');
  });
});

describe('other batches', () => {
  it('of triplets have the values of all three', () => {
    const batch = tripletBatch(set(), { anchor: rows(0), positive: rows(1), negative: rows(4) });
    const { anchor, positive, negative, count } = of('triplets', batch);
    expect([anchor.x, positive.x, negative.x, count]).toEqual([Float32Array.of(0), Float32Array.of(1), Float32Array.of(4), 1]); // biome-ignore format: one case
  });

  it('of items have labels, and whose impostors they are', () => {
    const impostorOf = rows(-1, -1, 7, -1, -1);
    const batch = of(
      'labelled-batch',
      labelledBatch(set({ groups: rows(7, 8, -1, 8, -1), impostorOf }), { items: rows(3, 2, 0) }),
    );
    expect([[...batch.labels], [...batch.impostorOf!], batch.count]).toEqual([[8, -1, 7], [-1, 7, -1], 3]); // biome-ignore format: a table
    expect(batch.items).toEqual({ x: Float32Array.of(3, 2, 0) });
    expect(
      of('labelled-batch', labelledBatch(set({ groups: rows(0, 0, 0, 0, 0) }), { items: rows(1) })).impostorOf,
    ).toBeNull();
    expect(() => labelledBatch(set(), { items: rows(1) })).toThrow('the data has none');
  });

  it('knows how many positives an item has at most, to the next power of two', () => {
    const most = (groups: readonly number[], items = rows(...groups.keys())): number =>
      of('labelled-batch', labelledBatch(set({ groups: rows(...groups) }), { items })).mostPositives;
    expect(most([0, 1, 2])).toBe(1);
    expect(most([0, 1, 0])).toBe(1);
    expect(most([0, 1, 0, 0])).toBe(2);
    expect(most([3, 3, 3, 3, 3, 1])).toBe(4);
    expect(most([3, 3, 3, 3, 3, 3])).toBe(8);
    expect(most([-1, -1, -1, -1, 2])).toBe(1); // in no group, and no others of it
    expect(most([5, 0], rows(0, 0, 0, 1))).toBe(2); // one item several times
  });
});

describe('surveyData', () => {
  const split = splitBy((row) => (['train', 'train', 'validation', 'test', 'unused'] as const)[row % 5]!);
  const items = {
    size: 20,
    columns: { x: [vector(1), new Float32Array(20)], name: [text, Array.from({ length: 20 }, (_, i) => `n${i}`)] },
  } as const;

  it('foresees of groups what opening finds', async () => {
    const { source, closed } = tables({ items, groups: Array.from({ length: 20 }, (_, i) => i % 3) });
    const request = requestOf(source, split);
    const survey = (await surveyData(await source.describe(request.files), request))!;
    expect(closed()).toBe(1);
    const opened = await open(source, split);
    expect(survey.sizes).toEqual(opened.ledger.sizes);
    expect(survey.sizes).toEqual({ train: 8, validation: 4, test: 4 });
    expect(survey.train).toEqual({ ...opened.train.counts, valueSizes: survey.train.valueSizes });
    expect([survey.items, survey.inputs]).toEqual([opened.items, opened.inputs]);
    const part = (...sizes: readonly number[]) => ({
      items: 4,
      groups: { sizes: rows(...sizes), impostorPairs: 0 },
      ...{ pairs: 0, positives: 0, triplets: 0 },
    });
    expect(survey.evaluated).toEqual({ validation: part(1, 1, 2), test: part(2, 1, 1) });
  });

  it('foresees of pairs what opening finds', async () => {
    const pairs = pairTable(Array.from({ length: 9 }, (_, i) => [i, 2 * i, i % 2]));
    const { source } = tables({ items, pairs });
    const byPairs = { ...split, of: 'pairs' as const };
    const request = requestOf(source, byPairs);
    const survey = (await surveyData(await source.describe(request.files), request))!;
    const opened = await open(source, byPairs);
    expect(survey.train).toEqual({ ...opened.train.counts, valueSizes: survey.train.valueSizes });
    expect(survey.pairs).toEqual(opened.ledger.pairs);
    expect(survey.pairs).toEqual({ train: 4, validation: 2, test: 2 });
  });

  it('knows nothing of a stream', async () => {
    const { source, passes } = stream({ x: vector(1) }, []);
    const request = requestOf(source, split);
    expect(await surveyData(await source.describe(request.files), request)).toBeNull();
    expect(passes()).toBe(0);
  });
});
