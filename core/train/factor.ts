import type { Json, Position, ScheduleInstance } from '../contract/index.js';
import { fail, guarded } from '../problem/index.js';

/**
 * The factor of a schedule at a step. `name`: what messages call it. Errors: PLUGIN_FAILED, where it throws or gives
 * something else than a number from 0, below which training would make the loss large.
 */
export function factorAt(schedule: ScheduleInstance, at: Position, of: { name: string; state: Json }): number {
  const factor: unknown = guarded(of.name, () => schedule.factor(at, of.state));
  if (typeof factor === 'number' && Number.isFinite(factor) && factor >= 0) return factor;
  const gave = typeof factor === 'number' ? `the factor ${factor}` : `no number as factor (${String(factor)})`;
  return fail('PLUGIN_FAILED', `${of.name} gave ${gave} at step ${at.step + 1}: it must be a finite number from 0 up`);
}
