import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../core/plugin/valid.js';
import { given } from '../../../plugins/splits/given.js';
import { assign, assignRow, create, problemOf, range, rowsIn, sizes } from './dividing.js';

describe('given', () => {
  const words = ['train', ' Training ', 'validation', 'VALID', 'val', 'dev', 'test', 'testing', 'unused'];

  it('is a valid plugin', () => {
    expect(faultsOf(given, 'siamese')).toEqual([]);
  });

  it('reads the part of each row from a column', () => {
    expect(assign(create(given, { column: 'part' }), { size: 9, columns: { part: words } })).toEqual([
      ...['train', 'train', 'validation', 'validation', 'validation', 'validation', 'test', 'test', 'unused'],
    ]);
    const rows = words.map((word) => assignRow(create(given, { column: 'part' }), { column: () => word }));
    expect(rows).toEqual(assign(create(given, { column: 'part' }), { size: 9, columns: { part: words } }));
  });

  it('takes the parts that the source brings', () => {
    expect(assign(create(given), { size: 4, given: [0, 2, 1, 0] })).toEqual(['train', 'test', 'validation', 'train']);
  });

  it('takes a share of the training rows for validation where none is given', () => {
    const parts = range(50).map((row) => (row < 10 ? 2 : 0));
    const assigned = assign(create(given, { validation: 0.25 }), { size: 50, given: parts });
    expect(sizes(assigned)).toEqual([30, 10, 10]);
    expect(rowsIn(assigned, 'test')).toEqual(range(10));
    expect(assign(create(given, { validation: 0.25 }), { size: 50, given: parts }, 8)).not.toEqual(assigned);
    expect(sizes(assign(create(given, { validation: 0.01 }), { size: 50, given: parts }))).toEqual([39, 1, 10]);
    const split = create(given, { column: 'part', validation: 0.25 });
    const streamed = range(800).map((row) => assignRow(split, { key: `item ${row}`, column: () => 'train' }));
    expect(Math.abs(rowsIn(streamed, 'validation').length - 200)).toBeLessThan(50); // deviation 12.2
  });

  it('names what is wrong', () => {
    expect(problemOf(() => assign(create(given), { size: 2 }))).toBe(
      'SPLIT the source brings no parts of its own: data.split.column must name the column that gives them',
    );
    expect(problemOf(() => assign(create(given, { validation: 0.1 }), { size: 3, given: [0, 0, 1] }))).toBe(
      'SPLIT the data gives a validation part of 1 items: data.split.validation must be absent, got 0.1',
    );
    const part = ['train', 'trian', null];
    expect(problemOf(() => assign(create(given, { column: 'part' }), { size: 3, columns: { part } }))).toBe(
      'DATA_VALUE column "part" of row 1 is "trian"; it must be train, validation, test or unused',
    );
    expect(problemOf(() => assignRow(create(given, { column: 'part' }), { key: 'k', column: () => null }))).toBe(
      'DATA_VALUE column "part" of k is empty; it must be train, validation, test or unused',
    );
    expect(problemOf(() => assignRow(create(given), {}))).toBe(
      'STREAM a stream brings no parts: data.split.column must name the column that gives them',
    );
  });
});
