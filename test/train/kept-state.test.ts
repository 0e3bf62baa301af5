import { describe, expect, it } from 'vitest';
import { keptState } from '../../core/train/kept-state.js';
import { problemOf } from '../files/problem-of.js';

describe('keptState', () => {
  it('hands over what JSON gives back', () => {
    const state = { factor: 1, best: null, list: [-0, 'text', { deep: [true] }], absent: undefined };
    expect(keptState('the schedule', state)).toBe(state);
    expect(keptState('the schedule', Object.create(null))).toEqual({});
  });

  it.each([
    [undefined, 'it is undefined'],
    [{ best: Number.NEGATIVE_INFINITY }, 'its best is -Infinity'],
    [{ seen: [1, Number.NaN] }, 'its seen.1 is NaN'],
    [{ seen: [undefined] }, 'its seen.0 is undefined'],
    [{ count: 3n }, 'its count is a bigint'],
    [{ next: () => 1 }, 'its next is a function'],
    [{ of: { seen: new Map([[1, 2]]) } }, 'its of.seen is a Map'],
    [new Float32Array(2), 'it is a Float32Array'],
    [new (class Plateau {})(), 'it is a Plateau'],
  ])('refuses %o', async (state, why) => {
    const { code, message } = await problemOf(() => keptState('the schedule', state));
    const holds = 'It holds null, true, false, text, finite numbers, and lists and plain maps of these';
    expect([code, message]).toEqual([
      'PLUGIN_FAILED',
      `the schedule gave a state that no checkpoint can hold: ${why}. ${holds}`,
    ]);
  });

  it('refuses what holds itself', async () => {
    const state: Record<string, unknown> = {};
    state['a'] = state;
    expect((await problemOf(() => keptState('the schedule', state))).message).toContain('... goes in a circle');
  });
});
