import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { connected } from '../../../plugins/splits/connected.js';
import { assign, create, problemOf, range, rowsIn } from './dividing.js';
import { shareSplitProperties, sourcePartProperties } from './properties.js';

type Pair = readonly [number, number];

/** Components by flooding, to compare with: the component of each left item. */
function flooded(pairs: readonly Pair[], shared: boolean): number[] {
  const near = new Map<string, Set<string>>();
  const name = (side: string, row: number): string => (shared ? `${row}` : `${side}${row}`);
  const tie = (a: string, b: string): void => void near.set(a, (near.get(a) ?? new Set([a])).add(b));
  for (const [left, right] of pairs) {
    tie(name('l', left), name('r', right));
    tie(name('r', right), name('l', left));
  }
  const code = new Map<string, number>();
  let next = 0;
  for (const start of near.keys()) {
    if (code.has(start)) continue;
    const waiting = [start];
    while (waiting.length > 0) {
      const item = waiting.pop()!;
      if (code.has(item)) continue;
      code.set(item, next);
      waiting.push(...near.get(item)!);
    }
    next++;
  }
  return pairs.map(([left]) => code.get(name('l', left))!);
}

describe('connected', () => {
  const chains = range(100).map(
    (i): Pair => [(i % 20) * 6 + Math.floor(i / 20), (i % 20) * 6 + Math.floor(i / 20) + 1],
  );
  shareSplitProperties(connected, { pairs: chains, shared: true });
  sourcePartProperties(connected, {
    pairs: chains,
    shared: true,
    given: range(100).map((i) => (i % 20 < 5 ? 2 : 0)),
  });

  it('keeps what is linked together, also over others', () => {
    // by hand: 0-1-2 are one component, 3-4 and 5-6 two others
    const pairs: Pair[] = [[0, 1], [3, 4], [1, 2], [5, 6]]; // biome-ignore format: one case
    const assigned = assign(create(connected, { validation: 0.3, test: 0.3 }), { pairs, shared: true });
    expect(assigned[0]).toBe(assigned[2]);
    expect([...new Set(assigned)].sort()).toEqual(['test', 'train', 'validation']);
    expect(assigned[0]).toBe('train'); // the largest goes where most is missing
  });

  it.each([true, false])('divides the components that flooding finds (one table: %s)', (shared) => {
    const pair = fc.tuple(fc.nat(60), fc.nat(60));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 6, maxLength: 40 }), fc.nat(9), (pairs, seed) => {
        const code = flooded(pairs, shared);
        const split = create(connected, { validation: 0.2, test: 0.2 });
        const said = problemOf(() => assign(split, { pairs, shared }, seed));
        if (said !== 'no problem') {
          expect(said).toMatch(/the largest of \d+ connected components holds|need at least 3 connected components/);
          return;
        }
        const assigned = assign(split, { pairs, shared }, seed);
        expect(assigned).toEqual(assign(split, { pairs, shared }, seed));
        const partOf = new Map(code.map((one, i) => [one, assigned[i]!]));
        expect(assigned).toEqual(code.map((one) => partOf.get(one)));
        expect(new Set(assigned).size).toBe(3);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it('takes no component apart for shares, and comes near them', () => {
    const assigned = assign(create(connected, { validation: 0.2, test: 0.2 }), { pairs: chains, shared: true });
    expect((['train', 'validation', 'test'] as const).map((part) => rowsIn(assigned, part).length)).toEqual([
      60, 20, 20,
    ]);
  });

  it('tells of a component that makes the shares impossible, with its size', () => {
    const star = range(90).map((i): Pair => [0, i + 1]);
    const others: Pair[] = [[100, 101], [102, 103], [104, 105]]; // biome-ignore format: one case
    expect(problemOf(() => assign(create(connected), { pairs: [...star, ...others], shared: true }))).toBe(
      'SPLIT the largest of 4 connected components holds 91 of 97 items, so that test gets 4 where its share asks for 10',
    );
  });

  it('refuses fewer components than parts', () => {
    expect(problemOf(() => assign(create(connected), { pairs: [[0, 1], [2, 3]], shared: true }))).toBe(
      'DATA_GROUPS training, validation and test need at least 3 connected components; the data has 2, the largest of 2 items',
    ); // biome-ignore format: one case
  });

  it('refuses parts of the source that share a component', () => {
    const rows = { pairs: [[0, 1], [1, 2], [3, 4]] as Pair[], shared: true, given: [0, 2, 0] }; // biome-ignore format: one case
    expect(problemOf(() => assign(create(connected), rows))).toBe(
      'SPLIT 1 of 2 connected components stand in several of the parts that the source brings: their items would be known from training',
    );
  });

  it('ties by same pairs alone where it is asked to, and leaves different ones across parts out', () => {
    const same = range(30).flatMap((i): Pair[] => [[3 * i, 3 * i + 1], [3 * i + 1, 3 * i + 2]]); // biome-ignore format: one case
    const different = range(30).map((i): Pair => [3 * i, (3 * i + 3) % 90]); // a ring over all
    const rows = {
      pairs: [...same, ...different],
      targets: [...same.map(() => 1), ...different.map(() => 0)],
      shared: true,
    };
    expect(problemOf(() => assign(create(connected), rows))).toContain('DATA_GROUPS');
    const warned: string[] = [];
    const assigned = assign(
      create(connected, { links: 'same' }, (message) => warned.push(message)),
      rows,
    );
    const out = rowsIn(assigned, 'unused');
    expect(out.every((row) => row >= same.length)).toBe(true);
    expect(warned).toEqual([`different pairs left out, since their items stand in two parts: ${out.length}`]);
    const parts = new Map<number, string>();
    for (const [row, part] of assigned.entries()) {
      if (part === 'unused') continue;
      for (const item of rows.pairs[row]!) {
        expect(parts.get(item) ?? part).toBe(part);
        parts.set(item, part);
      }
    }
  });

  it('declares its items disjoint', () => {
    expect(view(connected)).toMatchObject({ of: 'pairs', disjoint: ['items', 'pairs'] });
  });
});
