import { describe, expect, it } from 'vitest';
import { cosine } from '../../../plugins/schedules/cosine.js';
import { expectClose } from '../numeric.js';
import { at, create, factors } from './following.js';

describe('cosine', () => {
  it('falls from 1 to 0 along half a cosine', () => {
    const third = (1 + Math.cos(Math.PI / 4)) / 2;
    expectClose(factors(create(cosine), [0, 25, 50, 75, 100]), [1, third, 0.5, 1 - third, 0], 1e-12);
    expectClose(factors(create(cosine), [99]), [0.0002467198], 1e-9);
  });

  it('falls to its minimum, and stays there past the end', () => {
    expectClose(factors(create(cosine, { minimum: 0.2 }), [0, 50, 100, 150]), [1, 0.6, 0.2, 0.2], 1e-12);
  });

  it('starts again in each cycle', () => {
    expectClose(factors(create(cosine, { cycles: 4 }), [0, 24, 25, 49, 75]), [1, 0.0039426, 1, 0.0039426, 1], 1e-7);
  });

  it('is at its minimum in a training without steps', () => {
    expect(create(cosine).factor(at(0, { steps: 0 }), null)).toBe(0);
  });
});
