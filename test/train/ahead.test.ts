import { expect, it } from 'vitest';
import { type Batch, pairBatch, tripletBatch } from '../../core/data/batch.js';
import type { ItemSet, Side } from '../../core/data/item-set.js';
import { readAhead } from '../../core/train/ahead.js';
import type { Fed } from '../../core/train/feed.js';

interface Read {
  readonly side: string;
  readonly rows: readonly number[];
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

/** A side whose reads end when the test says so. */
function side(name: string, reads: Read[] | null): Side {
  const gather = (): never => {
    throw new Error('nothing is gathered ahead');
  };
  if (!reads) return { size: 100, gather, key: String };
  const ahead = (rows: Int32Array): Promise<void> =>
    new Promise((done, fail) => reads.push({ side: name, rows: [...rows], done, fail }));
  return { size: 100, gather, key: String, ahead };
}

const set = (left: Side, right = left): ItemSet => ({
  ...{ left, right, impostorOf: null, pairs: null, triplets: null },
  groups: new Int32Array(100),
  column: () => new Int32Array(100),
});
const pairs = (items: ItemSet, row: number): Batch =>
  pairBatch(items, { left: Int32Array.of(row), right: Int32Array.of(row + 50), target: null });

function fed(items: ItemSet, made: string[], batch = pairs): AsyncIterable<Fed> {
  return (async function* () {
    for (let i = 0; i < 5; i++) {
      made.push(`made ${i}`);
      const next = { pass: 0, pool: 0, batch: i + 1, begun: 0 };
      yield { batch: batch(items, i), items, known: null as unknown as Fed['known'], next, last: i === 4 };
    }
  })();
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Takes all, noting when. */
function take(batches: AsyncIterable<Fed>, into: string[]): Promise<void> {
  return (async () => {
    for await (const { next } of batches) into.push(`taken ${next.batch - 1}`);
  })();
}

it('memory that holds all: one batch after another, whatever the depth', async () => {
  const notes: string[] = [];
  await take(
    readAhead(fed(set(side('left', null)), notes), () => 3),
    notes,
  );
  expect(notes).toEqual([0, 1, 2, 3, 4].flatMap((i) => [`made ${i}`, `taken ${i}`]));
});

it('so many are made ahead, and each is given once its rows are read, in order', async () => {
  const reads: Read[] = [];
  const notes: string[] = [];
  const taking = take(
    readAhead(fed(set(side('left', reads)), notes), () => 2),
    notes,
  );
  await turn();
  expect(notes).toEqual(['made 0', 'made 1', 'made 2']);
  expect(reads.map(({ rows }) => rows)).toEqual([[0], [50], [1], [51], [2], [52]]);
  for (const { done } of reads.slice(2, 4)) done();
  await turn();
  expect(notes).toHaveLength(3); // the first is not there
  for (const { done } of reads.slice(0, 2)) done();
  await turn();
  expect(notes.slice(3)).toEqual(['taken 0', 'made 3', 'taken 1', 'made 4']);
  for (const { done } of reads) done();
  await taking;
  expect(notes.slice(7)).toEqual(['taken 2', 'taken 3', 'taken 4']);
});

it('of two tables each reads its own rows; of triplets all three', async () => {
  const reads: Read[] = [];
  const both = set(side('left', reads), side('right', reads));
  const taking = take(
    readAhead(fed(both, []), () => 9),
    [],
  );
  await turn();
  expect(reads.slice(0, 2).map(({ side: name, rows }) => [name, rows])).toEqual([['left', [0]], ['right', [50]]]); // biome-ignore format: one line
  for (const { done } of reads) done();
  await taking;
  const triplets: Read[] = [];
  const of = (items: ItemSet, row: number): Batch =>
    tripletBatch(items, { anchor: Int32Array.of(row), positive: Int32Array.of(10), negative: Int32Array.of(20) });
  const given = take(
    readAhead(fed(set(side('left', triplets)), [], of), () => 9),
    [],
  );
  await turn();
  expect(triplets.slice(0, 3).map(({ rows }) => rows)).toEqual([[0], [10], [20]]);
  for (const { done } of triplets) done();
  await given;
});

it('what reading failed by is told where the batch would be given, not before', async () => {
  const reads: Read[] = [];
  const notes: string[] = [];
  const taking = take(
    readAhead(fed(set(side('left', reads)), notes), () => 4),
    notes,
  );
  await turn();
  reads[2]!.fail(new Error('the file is gone'));
  await turn();
  expect(notes).toHaveLength(5); // all five are made, none is taken
  for (const { done } of reads.slice(0, 2)) done();
  await expect(taking).rejects.toThrow('the file is gone');
  expect(notes.at(-1)).toBe('taken 0');
});
