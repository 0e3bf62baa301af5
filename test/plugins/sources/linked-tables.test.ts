import { describe, expect, it } from 'vitest';
import type { Cols, RandomAccessData, Table } from '../../../core/contract/index.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import type { Options } from '../../../core/plugin/view.js';
import { linkedTables } from '../../../plugins/sources/linked-tables.js';
import { problemOf } from '../../files/problem-of.js';
import { looking, temporaryFolder } from './opening.js';
import { values, writeParquet } from './parquet-files.js';

const folder = temporaryFolder();
const source = looking(linkedTables, folder.path);
const floats = (...values: number[]): Float32Array => Float32Array.from(values);
const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const whole = (table: Table): Promise<Cols> => table.read(Int32Array.from({ length: table.size }, (_, i) => i));

const users = 'user_id,age,country\n007,30,NO\nu2,,SE\nu3,41,\n';
const movies = '{"movie_id":1,"title":"Alien","year":1979}\n{"movie_id":2,"title":"Brazil","year":1985}\n';
const ratings = 'user_id,movie_id,seconds,stars,day\nu2,2,10,5,mon\n007,1,0.5,1,tue\nu2,1,3,3,\n';
const options = {
  left: { path: 'users.csv', key: 'user_id' },
  right: { path: 'movies.jsonl', key: 'movie_id' },
  pairs: { path: 'ratings.csv', left: 'user_id', right: 'movie_id' },
};
type Files = Partial<Record<'users' | 'movies' | 'ratings', string>>;

async function put(files: Files): Promise<void> {
  await folder.put('users.csv', files.users ?? users);
  await folder.put('movies.jsonl', files.movies ?? movies);
  await folder.put('ratings.csv', files.ratings ?? ratings);
}
async function read(files: Files = {}, given: Options = options): Promise<RandomAccessData> {
  await put(files);
  return source.open(given);
}
/** `file:line CODE message`, from reading and from describing. */
async function wrong(files: Files, given: Options = options): Promise<string> {
  const { code, message, place } = await problemOf(() => read(files, given));
  expect((await problemOf(() => source.describe(given))).message).toBe(message);
  const where = place ? `${place.file.replace(`${folder.path()}/`, '')}:${place.line}` : '-';
  return `${where} ${code} ${message.replaceAll(`${folder.path()}/`, '')}`;
}
const pairsWith = (more: Options): Options => ({ ...options, pairs: { ...options.pairs, ...more } });

it('is a valid plugin', () => {
  expect(faultsOf(linkedTables, 'siamese')).toEqual([]);
});

describe('other files', () => {
  const parquet = {
    left: { path: 'users.parquet', key: 'user_id' },
    right: { path: 'movies-*.parquet', key: 'movie_id' },
    pairs: { path: 'ratings.parquet', left: 'user_id', right: 'movie_id', target: 'stars', range: [1, 5] },
  };
  const putParquet = async (): Promise<void> => {
    const at = (name: string): string => `${folder.path()}/${name}.parquet`;
    await writeParquet(at('users'), values('user_id, age, country', "(7, 30, 'NO'), (8, NULL, 'SE'), (9, 41, NULL)"));
    await writeParquet(at('movies-a'), values('movie_id, title, "year"', "(1, 'Alien', 1979)"));
    await writeParquet(at('movies-b'), values('movie_id, title, "year"', "(2, 'Brazil', 1985)"));
    await writeParquet(at('ratings'), values('user_id, movie_id, stars, day', "(8, 2, 5, 'mon'), (7, 1, 1, 'tue'), (8, 1, 3, NULL)")); // biome-ignore format: a table
  };

  it('Parquet, several files of which are one table: whole numbers are keys as they are written', async () => {
    await putParquet();
    const data = await source.open(parquet);
    if (!('left' in data.tables)) throw new Error('two tables were expected');
    const { left, right } = data.tables;
    expect(await whole(left)).toEqual({ user_id: ['7', '8', '9'], age: floats(30, Number.NaN, 41), country: ['NO', 'SE', null] }); // biome-ignore format: a table
    expect(await whole(right)).toEqual({ movie_id: ['1', '2'], title: ['Alien', 'Brazil'], year: floats(1979, 1985) });
    expect(right.where(1)).toEqual({ file: expect.stringContaining('movies-b.parquet'), row: 0 });
    expect(data.pairs).toEqual({ left: ints(1, 0, 1), right: ints(1, 0, 0), target: floats(1, 0, 0.5), weight: null });
    expect(data.pairColumns).toMatchObject({ day: ['mon', 'tue', null] });
    expect(data.pairWhere!(1)).toMatchObject({ row: 1 });
    const { sides, relations } = await source.describe(parquet);
    expect(relations).toBe(3);
    expect(sides).toMatchObject({ left: { size: 3 }, right: { size: 2, columns: { year: { kind: 'number' } } } });
  });

  it('a key that is unknown, or stands in two files, is told by its row', async () => {
    await putParquet();
    const at = (name: string): string => `${folder.path()}/${name}.parquet`;
    await writeParquet(at('ratings'), values('user_id, movie_id, stars', '(8, 3, 5)'));
    expect((await problemOf(() => source.open(parquet))).message.replaceAll(`${folder.path()}/`, '')).toBe(
      'ratings.parquet, row 0: the pair names the right key "3", which movies-*.parquet (2 files) does not have',
    );
    await writeParquet(at('movies-b'), values('movie_id, title, "year"', "(1, 'Brazil', 1985)"));
    expect((await problemOf(() => source.open(parquet))).message.replaceAll(`${folder.path()}/`, '')).toContain(
      'movies-b.parquet, row 0: the key "1" in column "movie_id" stands in row 0 too',
    );
  });

  it('CSV by a pattern', async () => {
    await put({});
    await folder.put('part-1.csv', 'user_id,movie_id\nu2,2\n');
    await folder.put('part-2.csv', 'user_id,movie_id\n007,1\n');
    const data = await source.open(pairsWith({ path: 'part-*.csv' }));
    expect(data.pairs).toMatchObject({ left: ints(1, 0), right: ints(1, 0) });
    expect(data.pairWhere!(1)).toEqual({ file: expect.stringContaining('part-2.csv'), line: 2 });
  });
});

describe('what it reads', () => {
  it('two tables, their keys as text, and pairs of rows; without a target all are positives', async () => {
    const data = await read();
    if (!('left' in data.tables)) throw new Error('two tables were expected');
    const { left, right } = data.tables;
    expect(await whole(left)).toEqual({
      user_id: ['007', 'u2', 'u3'],
      age: floats(30, Number.NaN, 41),
      country: ['NO', 'SE', null],
    });
    expect(await whole(right)).toEqual({ movie_id: ['1', '2'], title: ['Alien', 'Brazil'], year: floats(1979, 1985) });
    expect([left.keys(ints(0, 2)), right.keys(ints(1))]).toEqual([['007', 'u3'], ['2']]);
    expect([left.where(1).line, right.where(1).line]).toEqual([3, 2]);
    expect(data.pairs).toEqual({ left: ints(1, 0, 1), right: ints(1, 0, 0), target: floats(1, 1, 1), weight: null });
    expect(data.pairColumns).toMatchObject({ seconds: floats(10, 0.5, 3), day: ['mon', 'tue', null] });
    expect([data.groups, data.triplets, data.given]).toEqual([null, null, null]);
  });

  it('what it describes', async () => {
    await put({});
    expect(await source.describe(options)).toEqual({
      sides: {
        left: {
          size: 3,
          columns: {
            user_id: { kind: 'text', shape: null, nullable: false },
            age: { kind: 'number', shape: null, nullable: true },
            country: { kind: 'text', shape: null, nullable: true },
          },
        },
        right: {
          size: 2,
          columns: {
            movie_id: { kind: 'text', shape: null, nullable: false },
            title: { kind: 'text', shape: null, nullable: false },
            year: { kind: 'number', shape: null, nullable: false },
          },
        },
      },
      relation: 'pairs',
      access: 'random',
      relations: 3,
      targets: 'positives-only',
    });
  });

  it('targets and weights as the source `pairs` reads them', async () => {
    const graded = pairsWith({ target: 'stars', range: [1, 5], positiveFrom: 3, weight: 'seconds' });
    const { pairs } = await read({}, graded);
    expect(pairs).toMatchObject({ target: floats(1, 0, 0.5), weight: floats(10, 0.5, 3), positiveFrom: 0.5 });
    expect(await source.describe(graded)).toMatchObject({ targets: 'graded', positiveFrom: 0.5 });
    const low = pairsWith({ target: 'stars', positiveFrom: 3, polarity: 'same-is-low' });
    expect((await read({}, low)).pairs!.target).toEqual(floats(0, 1, 1));
  });

  it('one table, whose records belong together', async () => {
    const own = { left: options.left, pairs: { path: 'ratings.csv', left: 'user_id', right: 'movie_id' } };
    const data = await read({ ratings: 'user_id,movie_id\nu2,u3\n007,u2\n' }, own);
    expect('items' in data.tables).toBe(true);
    expect([data.pairs!.left, data.pairs!.right]).toEqual([ints(1, 0), ints(2, 1)]);
    expect(await source.describe(own)).toMatchObject({ sides: { items: { size: 3 } } });
  });
});

describe('what is wrong', () => {
  it('a pair that names an unknown key, at its line, with the nearest keys', async () => {
    const unknown = 'user_id,movie_id\nu2,2\n\nu4,1\n';
    expect(await wrong({ ratings: unknown })).toBe(
      'ratings.csv:4 DATA_VALUE the pair names the left key "u4", which users.csv does not have; did you mean u2, u3?',
    );
    expect(await wrong({ ratings: 'user_id,movie_id\nu2,elephants\n' })).toBe(
      'ratings.csv:2 DATA_VALUE the pair names the right key "elephants", which movies.jsonl does not have',
    );
    expect(await wrong({ ratings: 'user_id,movie_id\n7,1\n' })).toMatch(/left key "7", which users.csv does not have/); // no number
  });

  it('a pair without a key', async () => {
    expect(await wrong({ ratings: 'user_id,movie_id\nu2,2\nu2,\n' })).toBe(
      'ratings.csv:3 DATA_VALUE the pair has no right key in column "movie_id"',
    );
  });

  it('a key that stands twice, or nowhere', async () => {
    expect(await wrong({ users: 'user_id,age\nu2,1\nu2,2\n' })).toBe(
      'users.csv:3 DATA_VALUE the key "u2" in column "user_id" stands in line 2 too: keys must differ',
    );
    expect(await wrong({ users: 'user_id,age\nu2,1\n,2\n' })).toBe(
      'users.csv:3 DATA_VALUE the key column "user_id" is empty here: every row needs its own',
    );
  });

  it('a column that vanished, an empty file, another encoding, a file that is not there', async () => {
    expect(await wrong({ ratings: 'user_id,film\nu2,2\n' })).toBe(
      '- DATA_COLUMN ratings.csv has no column "movie_id"; its columns: user_id, film',
    );
    expect(await wrong({ users: 'id,age\nu2,1\n' })).toBe(
      '- DATA_COLUMN users.csv has no column "user_id"; its columns: id, age',
    );
    expect(await wrong({ ratings: '' })).toBe('- DATA_EMPTY ratings.csv is empty: a header and rows are expected');
    expect(await wrong({ ratings: 'user_id,movie_id\n' })).toBe('- DATA_EMPTY ratings.csv has a header and no rows');
    await put({});
    await folder.put('users.csv', Buffer.from('user_id,age,country\nu2,3,\u00c5land\n', 'latin1'));
    expect((await problemOf(() => source.open(options))).message).toBe(
      'column "country" is not UTF-8 here: save the file as UTF-8',
    );
    await put({});
    const gone = { ...options, right: { path: 'gone.csv', key: 'movie_id' } };
    expect((await problemOf(() => source.open(gone))).code).toBe('DATA_MISSING');
  });

  it('options that contradict each other', async () => {
    expect(await wrong({}, pairsWith({ range: [0, 5] }))).toBe(
      '- OPTION_MISSING range and positiveFrom are about the target: name its column by `target`',
    );
    expect(await wrong({}, pairsWith({ target: 'stars', range: [5, 1] }))).toBe(
      '- OPTION_RANGE range must go from low to high, got [5, 1]',
    );
  });
});

it('the nearest of a hundred thousand keys are found in no time', async () => {
  const many = Array.from({ length: 100_000 }, (_, i) => `user-${i},1`);
  const start = process.cpuUsage();
  const { message } = await problemOf(() =>
    read({ users: `user_id,age\n${many.join('\n')}\n`, ratings: 'user_id,movie_id\nuser-7x77,1\n' }),
  );
  expect(message).toMatch(/did you mean user-7\d77?, /);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(3);
});
