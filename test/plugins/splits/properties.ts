import { expect, it } from 'vitest';
import type { Plugin } from '../../../core/plugin/define.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import { assign, create, problemOf, type Rows, rowsIn } from './dividing.js';

/** What holds for every split by shares. `rows` bring no parts of their own, and are enough for three. */
export function shareSplitProperties(plugin: Plugin<'split'>, rows: Rows): void {
  it('is a valid plugin', () => {
    expect(faultsOf(plugin, 'siamese')).toEqual([]);
  });

  it('divides the same again, with the same draw', () => {
    expect(assign(create(plugin), rows)).toEqual(assign(create(plugin), rows));
  });

  it('gives a part that is not asked for nothing', () => {
    expect(new Set(assign(create(plugin, { validation: 0, test: 0 }), rows))).toEqual(new Set(['train']));
    expect(new Set(assign(create(plugin, { validation: 0.3, test: 0 }), rows))).toEqual(
      new Set(['train', 'validation']),
    );
  });

  it('refuses shares that leave nothing for training', () => {
    expect(problemOf(() => create(plugin, { validation: 0.5, test: 0.5 }))).toBe(
      'SPLIT data.split: validation 0.5 and test 0.5 leave nothing for training; together they must be below 1',
    );
    expect(problemOf(() => assign(create(plugin, { validation: 0.95 }), rows))).toBe(
      'SPLIT data.split: validation 0.95 and test 0.1 leave nothing for training; together they must be below 1',
    );
  });
}

/**
 * What holds where the source brings a test part: `rows` with codes in `given`, of which some are 2 and none is 1.
 * The share of validation is of the rest.
 */
export function sourcePartProperties(plugin: Plugin<'split'>, rows: Rows): void {
  const tests = rows.given!.flatMap((code, row) => (code === 2 ? [row] : []));

  it('keeps the test part that the source brings, and takes no other', () => {
    const assigned = assign(create(plugin, { validation: 0.25 }), rows);
    expect(rowsIn(assigned, 'test')).toEqual(tests);
    expect(rowsIn(assigned, 'validation').length).toBeGreaterThan(0);
    expect(rowsIn(assigned, 'train').length).toBeGreaterThan(0);
  });

  it('refuses a share for test beside it', () => {
    expect(problemOf(() => assign(create(plugin, { test: 0.2 }), rows))).toBe(
      `SPLIT the source brings its own test part of ${tests.length} ${rows.pairs ? 'pairs' : 'items'}: data.split.test must be absent, got 0.2`,
    );
  });

  it('keeps a validation part that the source brings, and takes no other', () => {
    const given = rows.given!.map((code) => (code === 2 ? 1 : 0));
    const assigned = assign(create(plugin, { validation: 0.25, test: 0.25 }), { ...rows, given });
    expect(rowsIn(assigned, 'validation')).toEqual(tests);
    expect(rowsIn(assigned, 'test').length).toBeGreaterThan(0);
  });
}
