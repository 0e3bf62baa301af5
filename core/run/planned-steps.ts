import type { Plan } from '../recipe/types.js';
import type { Session } from './session.js';

/** Steps that a pass of so many batches takes: the last of them may have fewer batches. */
export const stepsOfBatches = (batches: number, { accumulate }: Plan['train']): number =>
  Math.ceil(batches / accumulate);

/** Steps of a pass over the training part. A stream's groups are known only in total, so that its steps are an estimate. */
export function stepsPerPass({ train }: Plan, { wired, data }: Session): number {
  const planned = wired.sampler.plan({ ...data.train.counts, batchSize: train.batchSize });
  return 'batches' in planned ? Math.max(1, stepsOfBatches(planned.batches, train)) : 1;
}

/** Steps of the whole training, unless it stops early. */
export function plannedSteps(plan: Plan, session: Session): number {
  const { train } = plan;
  return train.steps ?? (train.epochs ?? 1) * (train.stepsPerEpoch ?? stepsPerPass(plan, session));
}
