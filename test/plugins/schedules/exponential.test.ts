import { describe, it } from 'vitest';
import { exponential } from '../../../plugins/schedules/exponential.js';
import { expectClose } from '../numeric.js';
import { create, factors } from './following.js';

describe('exponential', () => {
  it('falls by its rate in each epoch, a little at every step', () => {
    expectClose(factors(create(exponential, { rate: 0.25 }), [0, 5, 10, 20]), [1, 0.5, 0.25, 0.0625], 1e-12);
    expectClose(factors(create(exponential), [10, 1]), [0.9, 0.9 ** 0.1], 1e-12);
  });
});
