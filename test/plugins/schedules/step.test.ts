import { describe, expect, it } from 'vitest';
import { step } from '../../../plugins/schedules/step.js';
import { expectClose } from '../numeric.js';
import { create, factors } from './following.js';

describe('step', () => {
  it('falls by its factor every so many epochs', () => {
    const schedule = create(step, { every: 3, factor: 0.5 });
    expect(factors(schedule, [0, 29, 30, 59, 60, 99])).toEqual([1, 1, 0.5, 0.5, 0.25, 0.125]);
  });

  it('falls by 0.1 every 10 epochs when nothing is said', () => {
    expectClose(factors(create(step), [99, 100, 200]), [1, 0.1, 0.01], 1e-12);
  });
});
