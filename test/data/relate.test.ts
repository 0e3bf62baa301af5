import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cells } from '../../core/contract/index.js';
import { joinColumns, selectRows } from '../../core/data/columns.js';
import { groupSizes, relationCounts } from '../../core/data/counts.js';
import { cellTexts, encodeNames, groupTexts, relationColumns } from '../../core/data/relate.js';
import { pairTable, tripletTable } from './opening.js';

describe('encodeNames', () => {
  it('numbers names in the order in which they first come; null is -1', () => {
    expect(encodeNames(['b', null, 'a', 'b', ''])).toEqual({
      codes: Int32Array.of(0, -1, 1, 0, 2),
      names: ['b', 'a', ''],
    });
    expect(encodeNames([])).toEqual({ codes: new Int32Array(), names: [] });
  });
});

describe('cellTexts', () => {
  it('writes numbers as they are, and what is missing as null', () => {
    expect(cellTexts(Float32Array.of(1, 0.5, Number.NaN))).toEqual(['1', '0.5', null]);
    expect(cellTexts(Uint8Array.of(7))).toEqual(['7']);
    expect(cellTexts(['x', null, 'NaN'])).toEqual(['x', null, 'NaN']);
  });
});

describe('templates', () => {
  const columns = {
    alphabet: ['greek', 'greek', null, 'latin'],
    letter: Int32Array.of(1, 2, 1, 1),
    '{odd}': ['p', 'q', 'r', 's'],
  };
  it.each([
    ['alphabet', ['alphabet'], ['greek', 'greek', null, 'latin']],
    ['letter', ['letter'], ['1', '2', '1', '1']],
    ['{alphabet}', ['alphabet'], ['greek', 'greek', null, 'latin']],
    ['{alphabet}/{letter}', ['alphabet', 'letter'], ['greek/1', 'greek/2', null, 'latin/1']],
    ['{letter}{letter}-', ['letter', 'letter'], ['11-', '22-', '11-', '11-']],
  ])('%s', (group, names, texts) => {
    expect(relationColumns({ group, impostor: null })).toEqual(names);
    expect(groupTexts(group, columns, 4)).toEqual(texts);
  });

  it('take what stands in a cell literally', () => {
    expect(groupTexts('{a}', { a: ['{b}', '$&'], b: ['x', 'y'] }, 2)).toEqual(['{b}', '$&']);
  });

  it('name the columns of impostors too', () => {
    const impostor = { column: 'kind', equals: 'forged' };
    expect(relationColumns({ group: null, impostor })).toEqual(['kind']);
    expect(relationColumns({ group: '{a}-{b}', impostor })).toEqual(['a', 'b', 'kind']);
    expect(relationColumns({ group: null, impostor: null })).toEqual([]);
  });
});

describe('counts', () => {
  it('are of the groups that have members, in order of their codes', () => {
    expect(groupSizes(Int32Array.of(3, -1, 0, 3, 3, -1))).toEqual(Int32Array.of(1, 3));
    expect(groupSizes(new Int32Array())).toEqual(new Int32Array());
  });

  it('are of given pairs and triplets; 0.5 and more is the same', () => {
    const pairs = pairTable([[0, 1, 1], [1, 2, 0.5], [0, 2, 0.49], [0, 2, 0]]); // biome-ignore format: a table
    expect(relationCounts({ pairs, triplets: tripletTable([[0, 1, 2]]) })).toEqual({
      pairs: 4,
      positives: 2,
      triplets: 1,
    });
    expect(relationCounts({ pairs: null, triplets: null })).toEqual({ pairs: 0, positives: 0, triplets: 0 });
  });
});

describe('columns', () => {
  const kinds: readonly ((rows: readonly number[]) => Cells)[] = [
    (rows) => Float32Array.from(rows.flatMap((row) => [row, row + 0.5])),
    (rows) => Int32Array.from(rows),
    (rows) => Uint8Array.from(rows.flatMap((row) => [row, row, row])),
    (rows) => rows.map((row) => (row % 3 === 0 ? null : `row ${row}`)),
    (rows) => rows.map((row) => (row % 2 === 0 ? null : Uint8Array.of(row))),
  ];
  const columnsOf = (rows: readonly number[]) =>
    Object.fromEntries(kinds.map((kind, i) => [`column ${i}`, kind(rows)]));

  it('are selected and joined row by row, of every kind of cell', () => {
    const blocks = fc.array(fc.array(fc.nat({ max: 200 }), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(blocks, fc.infiniteStream(fc.nat()), (rows, picks) => {
        const all = rows.flat();
        expect(joinColumns(rows.map(columnsOf))).toEqual(columnsOf(all));
        const chosen = Array.from({ length: 5 }, () => picks.next().value! % all.length);
        expect(selectRows(columnsOf(all), all.length, chosen)).toEqual(columnsOf(chosen.map((place) => all[place]!)));
        expect(selectRows(columnsOf(all), all.length, [])).toEqual(columnsOf([]));
      }),
    );
  });

  it('of no blocks are none', () => {
    expect(joinColumns([])).toEqual({});
  });
});
