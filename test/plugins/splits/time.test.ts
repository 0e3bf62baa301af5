import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { time } from '../../../plugins/splits/time.js';
import { dateOf } from '../../../plugins/splits/times.js';
import { assign, create, problemOf, range, rowsIn, sizes } from './dividing.js';
import { shareSplitProperties, sourcePartProperties } from './properties.js';

const by = (values: readonly (string | number | null)[]) => ({ size: values.length, columns: { at: values } });
const divided = (values: readonly (string | number | null)[], options = {}) =>
  assign(create(time, { column: 'at', ...options }), by(values));

describe('time', () => {
  const hundred = { size: 100, columns: { at: range(100).map((row) => (row * 37) % 100) } };
  const withColumn = { ...time, options: { ...time.options, properties: { ...time.options.properties, column: { type: 'string', default: 'at', description: 'A column of this test.' } } } } as unknown as typeof time; // biome-ignore format: one case
  shareSplitProperties({ ...withColumn, options: { ...withColumn.options, required: [] } }, hundred);
  sourcePartProperties(
    { ...withColumn, options: { ...withColumn.options, required: [] } },
    { ...hundred, given: range(100).map((row) => (row < 10 ? 2 : 0)) },
  );

  it('gives the newest to test, those before them to validation', () => {
    // by hand: times 1..10, 20% of 10 each
    expect(divided([5, 1, 10, 3, 9, 2, 8, 4, 7, 6], { validation: 0.2, test: 0.2 })).toEqual([
      'train', 'train', 'test', 'train', 'test', 'train', 'validation', 'train', 'validation', 'train',
    ]); // biome-ignore format: one case
  });

  it('cuts where the time changes nearest to the share, the later one of two as near', () => {
    // sorted: 1 1 1 1 2 2 2 3 3 4; 30% for test would begin in the middle of no tie, at the threes
    expect(divided([1, 1, 1, 1, 2, 2, 2, 3, 3, 4], { validation: 0, test: 0.3 }).join(' ')).toBe(
      'train train train train train train train test test test',
    );
    // 20%: the wanted place 8 lies within the threes, whose ends 7 and 9 are as near: the later
    expect(rowsIn(divided([1, 1, 1, 1, 2, 2, 2, 3, 3, 4], { validation: 0, test: 0.2 }), 'test')).toEqual([9]);
  });

  it('never parts a tie, keeps the order, and fills every part that is asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { minLength: 3, maxLength: 80 }), (times) => {
        if (new Set(times).size < 3) return;
        const assigned = divided(times, { validation: 0.2, test: 0.2 });
        const of = (part: 'train' | 'validation' | 'test'): number[] =>
          rowsIn(assigned, part).map((row) => times[row]!);
        const [train, validation, test] = [of('train'), of('validation'), of('test')];
        expect(Math.max(...train)).toBeLessThan(Math.min(...validation));
        expect(Math.max(...validation)).toBeLessThan(Math.min(...test));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('has exact sizes where no two times are the same', () => {
    expect(
      sizes(
        divided(
          range(40).map((row) => -row),
          { validation: 0.1, test: 0.2 },
        ),
      ),
    ).toEqual([28, 4, 8]);
  });

  it('reads dates of ISO 8601, whatever their zone and precision', () => {
    expect(divided(['2024-03-01', '2024-02', '2024-03-01T00:00:01', '2024-03-01T01:00+02:00'], { validation: 0, test: 0.25 })).toEqual(
      ['train', 'train', 'test', 'train'],
    ); // biome-ignore format: one case
    const day = Date.UTC(2024, 1, 29);
    expect(dateOf('2024-02-29')).toBe(day);
    expect(dateOf('2024-02-29 12:30')).toBe(day + 12.5 * 3_600_000);
    expect(dateOf('2024-02-29T12:30:00.25Z')).toBe(day + 12.5 * 3_600_000 + 250);
    expect(dateOf('2024-02-29T12:30:00-01:30')).toBe(day + 14 * 3_600_000);
    expect(dateOf('0099-01-01')).toBe(new Date('0099-01-01T00:00:00Z').getTime());
    for (const text of ['2023-02-29', '2024-13-01', '2024-1-1', '29.02.2024', '2024-02-29T25:00', '2024-02-29T24:01', 'soon', '2024'])
      expect(dateOf(text), text).toBeNull(); // biome-ignore format: one line
  });

  it('agrees with the dates of the language', () => {
    const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(dateOf(date.toISOString())).toBeCloseTo(date.getTime(), 3);
      }),
      { seed: 1 },
    );
  });

  it('refuses a time that is missing or is none, at its line where it is known', () => {
    const split = create(time, { column: 'at' });
    expect(problemOf(() => assign(split, by([1, 2, null, 4])))).toBe(
      'DATA_VALUE item row 2: column "at" is empty: every row needs its time',
    );
    const wanted = 'it must be a date of ISO 8601, such as 2024-05-31 or 2024-05-31T18:00:00Z';
    expect(problemOf(() => assign(split, by(['2024-01-01', '2024-02-30', '2024-01-03'])))).toBe(
      `DATA_VALUE item row 1: column "at" is "2024-02-30": ${wanted}`,
    );
    expect(problemOf(() => assign(split, by([1, 2, '2024-01-01'])))).toBe(
      'DATA_VALUE item row 2: column "at" is "2024-01-01": it must be a number, as above it',
    );
    const at = { ...by(['2024-01-01', 'never']), where: (row: number) => ({ file: 'a.csv', line: row + 2 }) };
    expect(placeOf(() => assign(split, at))).toEqual({ file: 'a.csv', line: 3, column: 1 });
  });

  it('refuses fewer times than parts', () => {
    expect(problemOf(() => divided([1, 1, 2, 2]))).toBe(
      'SPLIT training, validation and test need at least 3 different times in "at"; the data has 2',
    );
  });

  it('leaves later copies of a pair out of validation and test', () => {
    const pairs = [[0, 1], [2, 3], [1, 0], [0, 1], [4, 5]] as const; // biome-ignore format: one case
    const rows = { pairs, columns: { at: [1, 2, 3, 4, 5] }, shared: true };
    const warned: string[] = [];
    const split = create(time, { column: 'at', validation: 0.2, test: 0.4 }, (message) => warned.push(message));
    expect(assign(split, rows)).toEqual(['train', 'train', 'unused', 'unused', 'test']);
    expect(warned).toEqual(['pairs of validation and test left out, since they were given earlier already: 2']);
    expect(assign(split, { ...rows, shared: false })).toEqual(['train', 'train', 'validation', 'unused', 'test']);
  });

  it('declares its pairs disjoint: items and groups may recur', () => {
    expect(view(time)).toMatchObject({ of: ['items', 'pairs'], disjoint: ['pairs'] });
  });
});

function placeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return (error as { problems: { place: unknown }[] }).problems[0]!.place;
  }
  return null;
}
