import { describe, expect, it } from 'vitest';
import type { ScheduleInstance } from '../../../core/contract/index.js';
import { view } from '../../../core/plugin/view.js';
import { constant } from '../../../plugins/schedules/constant.js';
import { cosine } from '../../../plugins/schedules/cosine.js';
import { reduceOnPlateau } from '../../../plugins/schedules/reduce-on-plateau.js';
import { warmup } from '../../../plugins/schedules/warmup.js';
import { expectClose } from '../numeric.js';
import { at, create, factors, observed } from './following.js';

const followedBy = (then: ScheduleInstance): Record<string, ScheduleInstance> => ({ then });

describe('warmup', () => {
  it('rises in equal parts to 1, then stays', () => {
    const schedule = create(warmup, { steps: 4 }, followedBy(create(constant)));
    expect(factors(schedule, [0, 1, 2, 3, 4, 99])).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    expect(view(warmup).parts!['then']!.default).toBe('constant');
  });

  it('hands the steps that are left to the schedule after it', () => {
    const schedule = create(warmup, { steps: 20 }, followedBy(create(cosine)));
    expectClose(factors(schedule, [9, 19, 20, 60, 100]), [0.5, 1, 1, 0.5, 0], 1e-12);
  });

  it('takes no steps, or more than there are', () => {
    expect(factors(create(warmup, { steps: 0 }, followedBy(create(cosine))), [0, 50])).toEqual([1, 0.5]);
    const long = create(warmup, { steps: 200 }, followedBy(create(cosine)));
    expect(factors(long, [0, 99])).toEqual([0.005, 0.5]);
  });

  it('lets the schedule after it observe', () => {
    const then = create(reduceOnPlateau, { factor: 0.5, patience: 1 });
    const schedule = create(warmup, { steps: 5 }, followedBy(then));
    expect(observed(schedule, [0.6, 0.5, 0.4])).toEqual([1, 0.5, 0.25]);
    const still = create(warmup, { steps: 5 }, followedBy(create(constant)));
    expect(still.initial).toBeNull();
    expect(still.observe!(null, { epoch: 0, monitored: 1, better: 'higher' })).toBeNull();
    expect(still.factor(at(7), null)).toBe(1);
  });
});
