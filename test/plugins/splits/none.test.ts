import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../core/plugin/valid.js';
import { none } from '../../../plugins/splits/none.js';
import { assign, assignRow, create } from './dividing.js';

describe('none', () => {
  it('is a valid plugin', () => {
    expect(faultsOf(none, 'siamese')).toEqual([]);
  });

  it('leaves everything for training, in memory and on a stream', () => {
    expect(assign(create(none), { size: 3 })).toEqual(['train', 'train', 'train']);
    expect(assign(create(none), { pairs: [[0, 1]] })).toEqual(['train']);
    expect(assignRow(create(none), {})).toBe('train');
  });

  it('leaves the parts that a source brings', () => {
    expect(assign(create(none), { size: 3, given: [0, 2, 1] })).toEqual(['train', 'test', 'validation']);
  });
});
