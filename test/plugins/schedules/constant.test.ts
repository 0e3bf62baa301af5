import { expect, it } from 'vitest';
import { constant } from '../../../plugins/schedules/constant.js';
import { create, factors } from './following.js';

it('constant: the factor is 1 everywhere', () => {
  expect(factors(create(constant), [0, 50, 99])).toEqual([1, 1, 1]);
});
