import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearestPlaces } from '../../core/evaluate/nearest.js';

it('nearestPlaces finds what sorting all places finds, ties by place', () => {
  const cases = fc.record({
    values: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }),
    count: fc.integer({ min: 0, max: 70 }),
    without: fc.integer({ min: -1, max: 59 }),
  });
  fc.assert(
    fc.property(cases, ({ values, count, without }) => {
      const sorted = [...values.keys()]
        .filter((place) => place !== without)
        .sort((a, b) => values[a]! - values[b]! || a - b)
        .slice(0, Math.min(count, values.length));
      expect([...nearestPlaces(Float32Array.from(values), count, without)]).toEqual(sorted);
    }),
  );
});
