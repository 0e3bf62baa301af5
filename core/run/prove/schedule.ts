import type { ScheduleInstance } from '../../contract/index.js';
import { type Problem, warning } from '../../problem/index.js';
import type { Planned } from '../../recipe/types.js';
import { factorAt } from '../../train/factor.js';
import { at } from '../place.js';

const LOOKED_AT = 32;

/** Steps of the whole training; null: not known before. */
export function stepsOf({ plan: { train } }: Planned, perPass: number | null): number | null {
  if (train.steps !== null) return train.steps;
  return perPass ? train.epochs! * (train.stepsPerEpoch ?? perPass) : null;
}

/** Warning UNUSED_SETTING where the learning rate still rises when training ends: a warm-up that is longer than it. */
export function proveSchedule(
  planned: Planned,
  schedule: ScheduleInstance,
  perPass: number | null,
): readonly Problem[] {
  const steps = stepsOf(planned, perPass);
  if (steps === null || steps < 2) return [];
  const factors = factorsOf(planned, schedule, {
    steps,
    stepsPerEpoch: planned.plan.train.stepsPerEpoch ?? perPass ?? steps,
  });
  const [first, last] = [factors[0]!, factors.at(-1)!];
  const rises = factors.every((factor, i) => i === 0 || factor >= factors[i - 1]!);
  if (!rises || last <= first || last >= 1) return [];
  const share = `${Math.round(last * 100)}% of optimizer.learningRate`;
  const message = `schedule ${planned.plan.train.schedule.type} still rises when training ends: the last of ${steps} steps has ${share}, which is never reached`;
  const path = 'train.schedule';
  return [at(planned, warning('UNUSED_SETTING', message, { path }))];
}

function factorsOf(
  { plan: { train } }: Planned,
  schedule: ScheduleInstance,
  { steps, stepsPerEpoch }: { readonly steps: number; readonly stepsPerEpoch: number },
): readonly number[] {
  const epochs = train.epochs ?? Math.ceil(steps / stepsPerEpoch);
  return Array.from({ length: LOOKED_AT + 1 }, (_, i) => {
    const step = Math.floor(((steps - 1) * i) / LOOKED_AT);
    const at = { step, steps, epoch: Math.floor(step / stepsPerEpoch), epochs, stepsPerEpoch };
    return factorAt(schedule, at, { name: `schedule ${train.schedule.type}`, state: schedule.initial ?? null });
  });
}
