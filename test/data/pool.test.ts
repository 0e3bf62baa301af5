import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPool } from '../../core/data/pool.js';

describe('createPool', () => {
  it('lists the rows of each group in order, and leaves out rows without one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 8 }), { maxLength: 50 }), (codes) => {
        const pool = createPool({ size: codes.length, groups: Int32Array.from(codes) });
        expect(pool.offsets.length).toBe(Math.max(-1, ...codes) + 2);
        for (let group = 0; group + 1 < pool.offsets.length; group++) {
          const rows = codes.flatMap((code, row) => (code === group ? [row] : []));
          expect([...pool.members.subarray(pool.offsets[group], pool.offsets[group + 1])]).toEqual(rows);
        }
        expect(pool.members.length).toBe(codes.filter((code) => code >= 0).length);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('fills in what the data does not have, and is frozen', () => {
    const pool = createPool({ size: 3, groups: null });
    expect(pool).toMatchObject({ size: 3, rightSize: 3, shared: true, impostorOf: null, pairs: null, triplets: null });
    expect([...pool.groups]).toEqual([-1, -1, -1]);
    expect([...pool.offsets, ...pool.members]).toEqual([0]);
    expect(Object.isFrozen(pool)).toBe(true);
    expect(() => pool.column('session')).toThrow('this pool has no column "session"');
    expect(createPool({ size: 3, rightSize: 5, groups: null })).toMatchObject({ rightSize: 5, shared: false });
    expect(createPool({ size: 3, rightSize: 3, shared: false, groups: null }).shared).toBe(false);
  });

  it('refuses parts that do not fit', () => {
    const groups = Int32Array.of(0, 1);
    expect(() => createPool({ size: 3, groups })).toThrow('a pool of 3 items has 2 groups');
    expect(() => createPool({ size: 2, groups, impostorOf: Int32Array.of(-1) })).toThrow(
      'a pool of 2 items says of 1 whether they are impostors',
    );
    expect(() => createPool({ size: 2, groups, impostorOf: Int32Array.of(-1, 0) })).toThrow(
      'row 1 of a pool is an impostor and also a member of group 1',
    );
  });
});
