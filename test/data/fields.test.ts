import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cols, Column, FieldPlan, FieldPlans, Json } from '../../core/contract/index.js';
import { bucketOf } from '../../core/data/fields/bucket.js';
import {
  type FittedFields,
  fitFields,
  inputsOf,
  needsFitting,
  planFields,
  restoreFields,
  type Stored,
} from '../../core/data/fields.js';
import type { InputValues } from '../../core/data/item-set.js';
import { ProblemError } from '../../core/problem/index.js';
import { messageOf } from '../files/problem-of.js';
import { field as nothing } from './field-plan.js';

const number: Column = { kind: 'number', shape: null, nullable: false };
const text: Column = { kind: 'text', shape: null, nullable: false };
const vector = (size: number): Column => ({ kind: 'vector', shape: [size], nullable: false });
const image = (...shape: number[]): Column => ({ kind: 'image', shape, nullable: false });
const field = (settings: Partial<FieldPlan> = {}): FieldPlan => ({ ...nothing, ...settings });
const floats = (...values: number[]): Float32Array => Float32Array.from(values);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const where = (row: number): string => `data.csv:${row + 2}`;

interface Case {
  readonly columns: Readonly<Record<string, Column>>;
  readonly fields?: FieldPlans;
  readonly taken?: readonly string[];
}
const planned = ({ columns, fields, taken }: Case) => planFields(columns, fields ?? null, new Set(taken));

/** The hash by whole numbers of any size, as its sources write it. */
function referenceBucket(token: string, buckets: number): number {
  const [word, prime] = [2n ** 32n, 16777619n];
  let hash = 2166136261n;
  for (let i = 0; i < token.length; i++) hash = ((hash ^ BigInt(token.charCodeAt(i))) * prime) % word;
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) % word;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) % word;
  return Number((hash ^ (hash >> 16n)) % BigInt(buckets));
}

async function* blocks(...all: Cols[]): AsyncGenerator<Cols> {
  yield* all;
}
/** Fits on `training`, encodes `cols` (by default the same), and gathers all rows; what is restored must give the same. */
async function through(given: Case, training: Cols, count: number, cols: Cols = training): Promise<InputValues> {
  const fitted = await fitFields(planned(given), blocks(training));
  const restored = restoreFields(JSON.parse(JSON.stringify(fitted.state)) as Json);
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  const run = (fields: FittedFields): InputValues => fields.gather(fields.encode(cols, count, where), rows);
  expect(run(restored)).toEqual(run(fitted));
  expect(restored.inputs).toEqual(fitted.inputs);
  return run(fitted);
}

describe('planning', () => {
  it('what is no input is seen only where a field names it', () => {
    const columns = { picture: image(2, 2, 1), group: { kind: 'category', shape: null, nullable: false, input: false } } as const; // biome-ignore format: one line
    expect(planned({ columns }).map(({ name }) => name)).toEqual(['picture']);
    expect(planned({ columns, fields: { group: field() } }).map(({ name, kind }) => [name, kind])).toEqual([['group', 'category']]); // biome-ignore format: one line
  });

  it('without fields: numbers together are one vector, any other column is a field of its own', () => {
    const columns = { id: text, a: number, photo: image(2, 2, 3), b: number, label: text, note: text };
    const specs = planned({ columns, taken: ['id', 'label'] });
    expect(inputsOf(specs)).toEqual([
      { name: 'features', kind: 'vector', shape: [2], dtype: 'float32', vocabulary: null },
      { name: 'photo', kind: 'image', shape: [2, 2, 3], dtype: 'float32', vocabulary: null },
      { name: 'note', kind: 'text', shape: [64], dtype: 'int32', vocabulary: 1 },
    ]);
    expect(specs[0]!.columns).toEqual([
      { name: 'a', width: 1 },
      { name: 'b', width: 1 },
    ]);
  });

  it.each<[string, FieldPlans, object]>([
    ['a column by its own name', { a: field() }, { name: 'a', kind: 'number', shape: [1] }],
    [
      'a vector of numbers and vectors',
      { x: field({ columns: ['v', 'a'] }) },
      { name: 'x', kind: 'vector', shape: [5] },
    ],
    [
      'a pattern, without what is taken',
      { x: field({ columns: ['*_n'] }) },
      { kind: 'vector', shape: [2], columns: [{ name: 'p_n' }, { name: 'q_n' }] },
    ],
    ['what is taken, when named', { key_n: field() }, { kind: 'number', columns: [{ name: 'key_n' }] }],
    ['an image flattened', { i: field({ kind: 'vector' }) }, { kind: 'vector', shape: [12] }],
    ['a vector as an image', { v: field({ kind: 'image', size: [2, 2] }) }, { kind: 'image', shape: [2, 2, 1] }],
    [
      'an image whose channels follow',
      { i: field({ kind: 'image', size: [2, 2] }) },
      { kind: 'image', shape: [2, 2, 3] },
    ],
    [
      'a vector as an image by shape',
      { v: field({ kind: 'image', shape: [1, 2, 2] }) },
      { kind: 'image', shape: [1, 2, 2] },
    ],
    ['a vector as a sequence', { v: field({ kind: 'sequence', shape: [2, 2] }) }, { kind: 'sequence', shape: [2, 2] }],
    [
      'numbers as a sequence',
      { x: field({ kind: 'sequence', columns: ['p_n', 'q_n'], shape: [2, 1] }) },
      { shape: [2, 1] },
    ],
    ['a number as a category', { a: field({ kind: 'category' }) }, { kind: 'category', shape: [1] }],
    ['text by words', { t: field({ tokens: 'words' }) }, { kind: 'text', shape: [32], tokens: 'words' }],
    ['text by characters', { t: field({ length: 5 }) }, { kind: 'text', shape: [5], tokens: 'characters' }],
  ])('%s', (_what, fields, expected) => {
    const columns = { a: number, v: vector(4), p_n: number, key_n: number, q_n: number, i: image(2, 2, 3), t: text };
    expect(planned({ columns, fields, taken: ['key_n'] })[0]).toMatchObject(expected);
  });

  const columns = {
    age: number,
    name: text,
    v: vector(4),
    i: image(2, 2, 3),
    features: vector(2),
    raw: { kind: 'image', shape: null, nullable: false } as const,
  };
  it.each<[FieldPlans, string]>([
    [{ agee: field() }, 'field "agee": the data has no column of its name; did you mean age?'],
    [{ photo: field() }, 'field "photo": the data has no column of its name; name its `columns`'],
    [{ x: field({ columns: ['nme'] }) }, 'field "x": the data has no column "nme"; did you mean name?'],
    [{ x: field({ columns: ['z*'] }) }, 'field "x": no column matches "z*"'],
    [{ x: field({ columns: ['age', 'a*'] }) }, 'field "x" has the column "age" twice'],
    [{ x: field({ columns: [] }) }, 'field "x" names no columns'],
    [{ x: field({ columns: ['age', 'name'] }) }, 'field "x": the column "name" holds text, no numbers'],
    [{ v: field({ kind: 'number' }) }, 'field "v": a number is one value an item, its columns have 4'],
    [
      { v: field({ kind: 'image' }) },
      'field "v": an image has shape [height, width, channels]: say `size`, but its shape is [4]',
    ],
    [{ v: field({ kind: 'image', size: [3, 3] }) }, 'field "v": shape [3, 3, 1] has 9 values, its columns have 4'],
    [
      { v: field({ kind: 'sequence' }) },
      'field "v": a sequence has shape [time, channels]: say `shape`, but its shape is [4]',
    ],
    [{ v: field({ shape: [5] }) }, 'field "v": shape [5] has 5 values, its columns have 4'],
    [
      { i: field({ size: [4, 4] }) },
      'field "i": size is [4, 4], the images are [2, 2, 3]; images given as numbers are not resized',
    ],
    [{ i: field({ channels: 1 }) }, 'field "i": channels is 1, the images have 3'],
    [
      { i: field({ size: [2, 2], shape: [2, 2, 3] }) },
      'field "i": `size` and `shape` both say how large the image is; one is enough',
    ],
    [{ raw: field() }, 'field "raw": the column "raw" has no fixed shape'],
    [
      { v: field({ kind: 'category' }) },
      'field "v": the column "v" holds vector values; a category is one text or number an item',
    ],
    [
      { age: field({ kind: 'text' }) },
      'field "age": the column "age" holds number values, not text; name it under `text` of the source if its digits are text',
    ],
    [
      { x: field({ kind: 'text', columns: ['name', 'age'] }) },
      'field "x": the column "age" holds number values, not text; name it under `text` of the source if its digits are text',
    ],
    [{ age: field({ tokens: 'words' }) }, 'field "age": `tokens` is for text, this is a number'],
    [{ age: field({ buckets: 8 }) }, 'field "age": `buckets` is for text and categories, this is a number'],
    [{ i: field({ length: 3 }) }, 'field "i": `length` is for text, this is an image'],
    [{ age: field({ size: [1, 1] }) }, 'field "age": `size` is for images, this is a number'],
    [{ name: field({ scale: 'none' }) }, 'field "name": `scale` is for numbers, this is a text'],
    [{ name: field({ missing: 'mean' }) }, 'field "name": text has no mean; `missing` may be error or zero (padding)'],
    [{ i: field({ scale: [1, 1] }) }, 'field "i": `scale` maps bytes to a range, [1, 1] is a point'],
    [{}, 'the network sees nothing: `data.fields` is empty'],
  ])('%j', async (fields, message) => {
    expect(await messageOf(() => planned({ columns, fields }))).toBe(`FIELD ${message}`);
  });

  it('all mistakes at once, each with its path', () => {
    try {
      planned({ columns, fields: { x: field(), age: field({ length: 3 }), v: field() } });
      expect.unreachable();
    } catch (error) {
      expect(error instanceof ProblemError && error.problems.map(({ path }) => path)).toEqual([
        'data.fields.x',
        'data.fields.age.length',
      ]);
    }
  });

  it('names that would clash, and nothing left to see', async () => {
    expect(await messageOf(() => planned({ columns }))).toMatch(/^FIELD a column is called "features"/);
    expect(await messageOf(() => planned({ columns: { a: text }, taken: ['a'] }))).toBe(
      'FIELD the network sees nothing: its columns (a) are groups, keys or targets',
    );
  });
});

describe('numbers', () => {
  it('columns stand side by side in every row', async () => {
    const cols = { a: floats(1, 2, 3), v: floats(10, 11, 20, 21, 30, 31), n: ints(7, 8, 9) };
    const given = {
      columns: { a: number, v: vector(2), n: number },
      fields: { x: field({ columns: ['a', 'v', 'n'] }) },
    };
    expect(await through(given, cols, 3)).toEqual({ x: floats(1, 10, 11, 7, 2, 20, 21, 8, 3, 30, 31, 9) });
  });

  it('more rows than one block of the join', async () => {
    const count = 1000;
    const cols = {
      a: Float32Array.from({ length: count }, (_, i) => i),
      b: Float32Array.from({ length: count }, (_, i) => -i),
    };
    const { features } = await through({ columns: { a: number, b: number } }, cols, count);
    expect([...features!]).toEqual(Array.from({ length: count }, (_, i) => [i, -i]).flat());
  });

  it('standardize uses the mean and deviation of the training part, per value', async () => {
    const given = {
      columns: { a: number, b: number },
      fields: { x: field({ columns: ['a', 'b'], scale: 'standardize' }) },
    };
    // a: mean 4, deviation sqrt((9+1+16)/3); b is constant: deviation 1
    const deviation = Math.sqrt(26 / 3);
    const { x } = await through(given, { a: floats(1, 3, 8), b: floats(5, 5, 5) }, 2, {
      a: floats(4, 10),
      b: floats(5, 7),
    });
    expect(x).toEqual(floats(0, 0, 6 / deviation, 2));
  });

  it('statistics of blocks are those of the whole, whatever the blocks', async () => {
    const specs = planned({ columns: { a: number }, fields: { a: field({ scale: 'standardize' }) } });
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }), {
      minLength: 1,
      maxLength: 50,
    });
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 1, max: 7 }), async (all, size) => {
        const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => ({
          a: floats(...all.slice(i * size, (i + 1) * size)),
        }));
        const { state } = await fitFields(specs, blocks(...parts));
        const { means, deviations } = (state as { fields: [{ fitted: { means: [number]; deviations: [number] } }] })
          .fields[0].fitted;
        const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
        const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
        expect(means[0]).toBeCloseTo(mean, 8);
        if (deviation > 1e-6) expect(deviations[0]).toBeCloseTo(deviation, 8);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('images and sequences have one mean per channel', async () => {
    const given = { columns: { i: image(1, 2, 2) }, fields: { i: field({ scale: 'standardize' }) } };
    // channel 0: 0 2 4 6, mean 3, deviation sqrt(5); channel 1: 10 10 30 30, mean 20, deviation 10
    const cols = { i: bytes(0, 10, 2, 10, 4, 30, 6, 30) };
    const s = Math.sqrt(5);
    expect(await through(given, cols, 2)).toEqual({ i: floats(-3 / s, -1, -1 / s, -1, 1 / s, 1, 3 / s, 1) });
    expect(await through(given, { i: floats(0, 10, 2, 10, 4, 30, 6, 30) }, 2)).toEqual({
      i: floats(-3 / s, -1, -1 / s, -1, 1 / s, 1, 3 / s, 1),
    });
  });

  it.each<[FieldPlan['scale'], number[]]>([
    [null, [0, 51 / 255, 1]],
    [
      [0, 1],
      [0, 51 / 255, 1],
    ],
    [
      [-1, 1],
      [-1, -0.6, 1],
    ],
    [
      [0, 255],
      [0, 51, 255],
    ],
    ['none', [0, 51, 255]],
  ])('bytes by scale %j', async (scale, expected) => {
    const given = { columns: { v: vector(3) }, fields: { v: field({ scale }) } };
    expect(await through(given, { v: bytes(0, 51, 255) }, 1)).toEqual({ v: floats(...expected) });
  });

  it('every byte is divided by 255 exactly as float32, in rows of any width', async () => {
    for (const width of [1, 3, 4, 7, 64]) {
      const given = { columns: { v: vector(width) } };
      const cols = { v: Uint8Array.from({ length: width * 256 }, (_, i) => i % 256) };
      const { v } = await through(given, cols, 256);
      expect(v!.every((value, i) => value === Math.fround((i % 256) / 255))).toBe(true);
    }
  });

  it('floats are as they are; a range maps 0..255 for them too, and nothing else', async () => {
    const given = (scale: FieldPlan['scale']): Case => ({ columns: { v: vector(2) }, fields: { v: field({ scale }) } });
    expect(await through(given(null), { v: floats(0, 255) }, 1)).toEqual({ v: floats(0, 255) });
    expect(await through(given([0, 1]), { v: floats(0, 255) }, 1)).toEqual({ v: floats(0, 1) });
    expect(await messageOf(() => through(given([0, 1]), { v: floats(0, 256) }, 1))).toBe(
      'DATA_VALUE column "v" has 256 at data.csv:2: `scale` maps values from 0 to 255',
    );
    expect(await messageOf(() => through(given([0, 1]), { v: floats(0, 0.5) }, 1))).toBe(
      'FIELD field "v": `scale` maps 0..255 to [0, 1], but no value is above 0.5: use scale none or standardize',
    );
  });

  it('bytes stay bytes and single columns are not copied', async () => {
    const cols = { i: bytes(1, 2, 3, 4), v: floats(1, 2) };
    const fields = await fitFields(planned({ columns: { i: image(2, 1, 1), v: vector(1) } }), blocks(cols));
    const stored = fields.encode(cols, 2, where);
    expect(stored.i).toBe(cols.i);
    expect(stored.v).toBe(cols.v);
    const joined = planned({ columns: { a: vector(1), b: vector(1) }, fields: { x: field({ columns: ['a', 'b'] }) } });
    const both = (await fitFields(joined, blocks())).encode({ a: bytes(1, 2), b: bytes(3, 4) }, 2, where);
    expect(both.x).toEqual(bytes(1, 3, 2, 4));
  });

  it.each<[FieldPlan['missing'], FieldPlan['scale'], number[]]>([
    ['zero', 'none', [0, 8]],
    ['mean', 'none', [4, 8]],
    ['mean', null, [0, 2]], // a number is standardized unless the recipe says otherwise
    ['zero', 'standardize', [-2, 2]],
    ['mean', 'standardize', [0, 2]],
  ])('missing: %s, scale %s', async (missing, scale, expected) => {
    const given = { columns: { a: number }, fields: { a: field({ missing, scale }) } };
    // of the training part: mean 4, deviation 2; what is missing counts for neither
    expect(await through(given, { a: floats(2, Number.NaN, 6) }, 2, { a: floats(Number.NaN, 8) })).toEqual({
      a: floats(...expected),
    });
  });

  it('by default a missing value is an error that names its row and column, and so is an infinite one', async () => {
    const given = { columns: { a: number, b: number } };
    const b = floats(1, Number.NaN);
    expect(await messageOf(() => through(given, { a: floats(1, 2), b }, 2))).toBe(
      'DATA_VALUE column "b" has no value at data.csv:3: give it one, or say `missing: zero` or `mean` for the field "features"',
    );
    const infinite = { a: floats(1, Number.NEGATIVE_INFINITY), b: floats(1, 2) };
    expect(await messageOf(() => through(given, infinite, 2))).toBe(
      'DATA_VALUE column "a" has -Infinity at data.csv:3: values must be finite',
    );
    const empty = { columns: { a: number }, fields: { a: field({ missing: 'mean' }) } };
    expect(await messageOf(() => through(empty, { a: floats(Number.NaN) }, 1))).toBe(
      'FIELD field "a": the training part has no value to take the mean of (place 0)',
    );
  });

  it('rows in any order and number, into a buffer that is used again', async () => {
    for (const width of [1, 5, 23, 24, 100]) {
      const cols = { v: Float32Array.from({ length: 10 * width }, (_, i) => i) };
      const fields = await fitFields(planned({ columns: { v: vector(width) } }), blocks());
      const stored = fields.encode(cols, 10, where);
      const rows = ints(9, 0, 0, 4);
      const expected = Float32Array.from(
        { length: 4 * width },
        (_, i) => rows[Math.floor(i / width)]! * width + (i % width),
      );
      const first = fields.gather(stored, rows);
      expect(first).toEqual({ v: expected });
      const again = fields.gather(stored, ints(1, 1, 1, 1), first);
      expect(again.v).toBe(first.v);
      expect(again.v![0]).toBe(width);
      expect(fields.gather(stored, ints(2), first).v).toHaveLength(width);
      expect(fields.gather(stored, ints()).v).toHaveLength(0);
    }
  });

  it('data of another shape than planned', async () => {
    const fields = await fitFields(planned({ columns: { v: vector(2), w: vector(1) } }), blocks());
    const encode = (cols: Cols): Stored => fields.encode(cols, 2, where);
    expect(await messageOf(() => encode({ v: floats(1, 2, 3), w: floats(1, 2) }))).toBe(
      'SHAPE the column "v" has 3 values where 4 are expected',
    );
    expect(await messageOf(() => encode({ vv: floats(1, 2, 3, 4), w: floats(1, 2) }))).toBe(
      'DATA_COLUMN the data has no column "v"; did you mean vv?',
    );
  });
});

describe('ids', () => {
  it('categories: from 1 by frequency, then by code units; 0 is unknown', async () => {
    const given = { columns: { c: text }, fields: { c: field({ kind: 'category' }) } };
    const training = { c: ['pear', 'apple', 'fig', 'pear', 'Zebra'] };
    expect(await through(given, training, 6, { c: ['pear', 'Zebra', 'apple', 'fig', 'plum', 'pear'] })).toEqual({
      c: ints(1, 2, 3, 4, 0, 1),
    });
    const fields = await fitFields(planned(given), blocks(training));
    expect(fields.inputs).toEqual([{ name: 'c', kind: 'category', shape: [1], dtype: 'int32', vocabulary: 5 }]);
  });

  it('numbers are categories too, while float32 tells them apart', async () => {
    const given = { columns: { c: number }, fields: { c: field({ kind: 'category', missing: 'zero' }) } };
    expect(await through(given, { c: floats(10, 2, 2, Number.NaN) }, 4)).toEqual({ c: ints(2, 1, 1, 0) });
    expect(await through(given, { c: ints(2 ** 30, 5, 5) }, 3)).toEqual({ c: ints(2, 1, 1) });
    expect(await messageOf(() => through(given, { c: floats(2 ** 25) }, 1))).toBe(
      'FIELD field "c": the column "c" has numbers too large to be told apart (33554432): name it under `text` of the source',
    );
  });

  it('characters: code points of the normal form, cut and padded at the end', async () => {
    const given = { columns: { t: text }, fields: { t: field({ length: 4 }) } };
    // a 3, b 2, é 2 (however it is typed), 😀 1, space 1
    const training = { t: ['aab', 'ab é', 'e\u0301😀'] };
    expect(await through(given, training, 4, { t: ['aab', 'ab é', 'e\u0301😀', 'xbaab'] })).toEqual({
      t: ints(1, 1, 2, 0, 1, 2, 4, 3, 3, 5, 0, 0, 0, 2, 1, 1),
    });
  });

  it('words: letters and digits of any script, in lower case, without punctuation', async () => {
    const given = { columns: { t: text }, fields: { t: field({ tokens: 'words', length: 3 }) } };
    const training = { t: ["Don't panic!", 'PANIC, 42 times'] };
    // panic 2; 42, don't, times 1
    expect(await through(given, training, 3, { t: ["don't panic", '42... times panic panic', 'unknown'] })).toEqual({
      t: ints(3, 1, 0, 2, 4, 1, 0, 0, 0),
    });
  });

  it('a missing text is an error, or padding', async () => {
    const given = (missing: FieldPlan['missing']): Case => ({
      columns: { t: text },
      fields: { t: field({ missing, length: 2 }) },
    });
    expect(await messageOf(() => through(given('error'), { t: ['a', null] }, 2))).toBe(
      'DATA_VALUE column "t" has no value at data.csv:3: give it one, or say `missing: zero` for the field "t"',
    );
    expect(await through(given('zero'), { t: ['a', null] }, 2)).toEqual({ t: ints(1, 0, 0, 0) });
  });

  it('several columns are one text; it is missing where all of them are', async () => {
    const given: Case = {
      columns: { a: text, b: text },
      fields: { t: field({ kind: 'text', columns: ['a', 'b'], tokens: 'words', length: 3 }) },
    };
    const training = { a: ['x', 'x', null], b: ['y', null, 'x'] }; // x 3, y 1
    expect(await through(given, training, 3)).toEqual({ t: ints(1, 2, 0, 1, 0, 0, 1, 0, 0) });
    expect(await messageOf(() => through(given, training, 2, { a: ['x', null], b: [null, null] }))).toBe(
      'DATA_VALUE the columns "a", "b" have no value at data.csv:3: give it one, or say `missing: zero` for the field "t"',
    );
  });

  it('buckets: a hash that needs no training part, and knows every token', async () => {
    const given = { columns: { t: text }, fields: { t: field({ tokens: 'words', length: 4, buckets: 1000 }) } };
    const seen = await through(given, { t: ['never read'] }, 2, { t: ['new york new', ''] });
    const ids = Array.from(seen.t!);
    expect(ids).toEqual([1 + referenceBucket('new', 1000), 1 + referenceBucket('york', 1000), ids[0], 0, 0, 0, 0, 0]);
    const specs = planned(given);
    expect(needsFitting(specs)).toBe(false);
    expect(inputsOf(specs)[0]).toMatchObject({ vocabulary: 1001 });
  });

  it('buckets spread tokens evenly: the squares of their counts stay within what chance allows', () => {
    const counts = new Array<number>(64).fill(0);
    for (let i = 0; i < 6400; i++) counts[bucketOf(`token ${i}`, 64)]!++;
    const statistic = counts.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0); // chi squared of 63 degrees
    expect(statistic).toBeGreaterThan(30);
    expect(statistic).toBeLessThan(110);
  });

  it('buckets of a category, a missing one nothing', async () => {
    const given = {
      columns: { c: text },
      fields: { c: field({ kind: 'category', buckets: 7, missing: 'zero' }) },
    };
    expect(await through(given, { c: [] }, 2, { c: ['x', null] })).toEqual({
      c: ints(1 + referenceBucket('x', 7), 0),
    });
  });

  it('ids take as few bytes as the vocabulary allows, and come out as int32', async () => {
    const given = { columns: { c: text }, fields: { c: field({ kind: 'category' }) } };
    for (const [size, type] of [
      [255, Uint8Array],
      [256, Uint16Array],
      [65536, Int32Array],
    ] as const) {
      const cols = { c: Array.from({ length: size }, (_, i) => String(i).padStart(6, '0')) };
      const fields = await fitFields(planned(given), blocks(cols));
      const stored = fields.encode(cols, size, where);
      expect(stored.c).toBeInstanceOf(type);
      expect(fields.gather(stored, ints(0, size - 1))).toEqual({ c: ints(1, size) });
    }
  });
});

describe('fitting', () => {
  it('does not read the data where nothing has to be learned, else to its end', async () => {
    const plain = planned({ columns: { a: number } });
    expect([needsFitting(plain), needsFitting(planned({ columns: { t: text } }))]).toEqual([false, true]);
    let read = 0;
    async function* counted(): AsyncGenerator<Cols> {
      for (const t of ['a', 'b', 'c']) {
        read++;
        yield { t: [t] };
      }
    }
    await fitFields(plain, counted());
    expect(read).toBe(0);
    await fitFields(planned({ columns: { t: text } }), counted());
    expect(read).toBe(3);
  });

  it('several fields, in the order of the recipe', async () => {
    const columns = { a: number, t: text, i: image(1, 1, 1) };
    const given = { columns, fields: { t: field({ length: 1 }), i: field(), a: field({ scale: 'standardize' }) } };
    const values = await through(given, { a: floats(1, 3), t: ['x', 'y'], i: bytes(0, 255) }, 2);
    expect(Object.entries(values)).toEqual([
      ['t', ints(1, 2)],
      ['i', floats(0, 1)],
      ['a', floats(-1, 1)],
    ]);
  });

  it('a state that is none', async () => {
    for (const state of [null, {}, { fields: [] }, { fields: [{ spec: {} }] }]) {
      expect(await messageOf(() => restoreFields(state as Json))).toBe(
        'RUN_FOLDER the fields of the model are damaged: they name no columns',
      );
    }
  });
});
