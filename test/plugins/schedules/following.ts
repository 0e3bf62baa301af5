import { expect } from 'vitest';
import type { Json, Position, ScheduleInstance } from '../../../core/contract/index.js';
import { check } from '../../../core/plugin/check.js';
import type { Plugin } from '../../../core/plugin/define.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import { type Options, view } from '../../../core/plugin/view.js';

/** The schedule with these options, completed by its defaults. */
export function create(
  plugin: Plugin<'schedule'>,
  given: Options = {},
  parts: Record<string, ScheduleInstance> = {},
): ScheduleInstance {
  expect(faultsOf(plugin, 'siamese')).toEqual([]);
  const { value, mistakes } = check(plugin.options as Schema, given);
  if (mistakes.length > 0) throw new Error(`${plugin.name}: ${JSON.stringify(mistakes)}`);
  return view(plugin).create(value as Options, parts);
}

/** A place in a training of 100 steps, 10 epochs of 10 steps. */
export const at = (step: number, given: Partial<Position> = {}): Position => ({
  step,
  steps: 100,
  epoch: Math.floor(step / 10),
  epochs: 10,
  stepsPerEpoch: 10,
  ...given,
});

export const factors = (schedule: ScheduleInstance, steps: readonly number[], state: Json = null): number[] =>
  steps.map((step) => schedule.factor(at(step), state));

/** The factors after each evaluation that monitors these values. */
export function observed(
  schedule: ScheduleInstance,
  values: readonly number[],
  better: 'higher' | 'lower' = 'higher',
): number[] {
  let state = schedule.initial ?? null;
  return values.map((monitored, epoch) => {
    state = schedule.observe?.(JSON.parse(JSON.stringify(state)), { epoch, monitored, better }) ?? state;
    return schedule.factor(at(10 * (epoch + 1)), state);
  });
}
