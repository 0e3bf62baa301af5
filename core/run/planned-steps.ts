import type { Plan } from '../recipe/types.js';
import type { Session } from './session.js';

/** Steps of a pass over the training part. A stream's groups are known only in total, so that its steps are an estimate. */
export function stepsPerPass({ wired, data }: Session, batchSize: number): number {
  const planned = wired.sampler.plan({ ...data.train.counts, batchSize });
  return 'batches' in planned ? Math.max(1, planned.batches) : 1;
}

/** Steps of the whole training, unless it stops early. */
export function plannedSteps({ train }: Plan, session: Session): number {
  const perEpoch = train.stepsPerEpoch ?? stepsPerPass(session, train.batchSize);
  return train.steps ?? (train.epochs ?? 1) * perEpoch;
}
