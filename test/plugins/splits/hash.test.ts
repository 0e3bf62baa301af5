import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hash } from '../../../plugins/splits/hash.js';
import { assign, assignRow, create, range, rowsIn, sizes } from './dividing.js';
import { shareSplitProperties, sourcePartProperties } from './properties.js';

describe('hash', () => {
  const keys = range(2000).map((row) => `item ${row}`);
  shareSplitProperties(hash, { size: 2000, keys });
  sourcePartProperties(hash, { size: 40, given: range(40).map((row) => (row < 10 ? 2 : 0)) });

  it('follows from sha256 of the key: the first 48 bits, as a share of 1', () => {
    const expected = keys.map((key) => {
      const digest = createHash('sha256').update(`\n${key}`).digest();
      const place = digest.readUIntLE(0, 6) / 2 ** 48;
      return place < 0.1 ? 'test' : place < 0.2 ? 'validation' : 'train';
    });
    expect(assign(create(hash), { size: 2000, keys })).toEqual(expected);
    const found = sizes(expected as never);
    expect(Math.abs(found[2]! - 200)).toBeLessThan(55); // deviation 13.4
    expect(Math.abs(found[1]! - 200)).toBeLessThan(55);
  });

  it('stays the same when rows are added, removed or reordered, whatever the draw', () => {
    const all = assign(create(hash), { size: 2000, keys });
    const kept = range(2000)
      .filter((row) => row % 3 !== 0)
      .reverse();
    const some = assign(create(hash), { size: kept.length, keys: kept.map((row) => keys[row]!) }, 99);
    expect(some).toEqual(kept.map((row) => all[row]));
  });

  it('keeps the test part when validation gets another share, and changes with the salt', () => {
    const tests = (options: Record<string, unknown>): number[] =>
      rowsIn(assign(create(hash, options), { size: 2000, keys }), 'test');
    expect(tests({ validation: 0.3 })).toEqual(tests({ validation: 0 }));
    expect(tests({ salt: 'second' })).not.toEqual(tests({}));
  });

  it('keeps equal values of a column in one part; a row without one goes by its key', () => {
    const person = range(2000).map((row) => (row % 4 === 0 ? null : row % 50));
    const assigned = assign(create(hash, { by: 'person' }), { size: 2000, keys, columns: { person } });
    const parts = new Map(person.map((value, row) => [value, assigned[row]!]));
    for (const [row, value] of person.entries()) if (value !== null) expect(assigned[row]).toBe(parts.get(value));
    const whole = assign(create(hash), { size: 2000, keys });
    expect(assigned.filter((_, row) => person[row] === null)).toEqual(whole.filter((_, row) => person[row] === null));
  });

  it('says of each row of a stream what it says of the whole', () => {
    const person = range(2000).map((row) => row % 50);
    for (const by of [null, 'person']) {
      const split = create(hash, { by, test: 0.3 });
      const rows = range(2000).map((row) => assignRow(split, { key: keys[row]!, column: () => person[row]! }));
      expect(rows).toEqual(assign(split, { size: 2000, keys, columns: { person } }));
    }
  });
});
