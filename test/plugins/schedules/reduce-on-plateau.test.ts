import { describe, expect, it } from 'vitest';
import { reduceOnPlateau } from '../../../plugins/schedules/reduce-on-plateau.js';
import { at, create, observed } from './following.js';

describe('reduce-on-plateau', () => {
  it('starts at 1, and stays while the metric improves', () => {
    const schedule = create(reduceOnPlateau, { patience: 1 });
    expect(schedule.factor(at(0), schedule.initial!)).toBe(1);
    expect(observed(schedule, [0.1, 0.2, 0.3, 0.4])).toEqual([1, 1, 1, 1]);
    expect(observed(schedule, [0.4, 0.3, 0.2, 0.1], 'lower')).toEqual([1, 1, 1, 1]);
  });

  it('falls after `patience` evaluations without improvement, and counts anew', () => {
    const schedule = create(reduceOnPlateau, { factor: 0.5, patience: 2 });
    expect(observed(schedule, [0.9, 0.9, 0.8, 0.9, 0.9, 0.95, 0.9, 0.9])).toEqual([
      1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125,
    ]);
    expect(observed(schedule, [0.1, 0.2, 0.3, 0.05, 0.1], 'lower')).toEqual([1, 1, 0.5, 0.5, 0.5]);
  });

  it('takes a gain of minimumDelta or less for none', () => {
    const gains = [0.5, 0.5625, 0.625, 0.75]; // + 1/16, + 1/16, + 1/8, exact in binary
    expect(observed(create(reduceOnPlateau, { factor: 0.5, patience: 2, minimumDelta: 0.125 }), gains)).toEqual([
      1, 1, 0.5, 0.5,
    ]);
    expect(observed(create(reduceOnPlateau, { factor: 0.5, patience: 2, minimumDelta: 0.0625 }), gains)).toEqual([
      1, 1, 1, 1,
    ]);
  });

  it('does not count while it cools down', () => {
    const schedule = create(reduceOnPlateau, { factor: 0.5, patience: 1, cooldown: 2 });
    // falls at the 2nd; the 3rd cools down; the 4th ends it and counts again
    expect(observed(schedule, [1, 1, 1, 1, 1, 1])).toEqual([1, 0.5, 0.5, 0.25, 0.25, 0.125]);
  });

  it('never falls below its minimum', () => {
    const schedule = create(reduceOnPlateau, { factor: 0.1, patience: 1, minimum: 0.05 });
    expect(observed(schedule, [1, 1, 1, 1])).toEqual([1, 0.1, 0.05, 0.05]);
  });

  it('takes a metric that is not a number for no improvement', () => {
    expect(observed(create(reduceOnPlateau, { factor: 0.5, patience: 2 }), [0.5, Number.NaN, Number.NaN])).toEqual([
      1, 1, 0.5,
    ]);
  });
});
