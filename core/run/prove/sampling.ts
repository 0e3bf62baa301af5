import type { SamplerCounts, SamplerPlan } from '../../contract/index.js';
import { fail, guarded, type Problem, problem, warning } from '../../problem/index.js';
import type { Planned } from '../../recipe/types.js';
import { at } from '../place.js';
import { stepsOfBatches } from '../planned-steps.js';
import type { Wired } from '../wire.js';

/** What the sampler makes of the training part, or what is wrong. */
export interface Sampled {
  readonly batches: number;
  /** Of one pass, of one or several batches each. */
  readonly steps: number;
  /** Rows of one pass, where the sampler tells. */
  readonly rows: number | null;
  readonly positives: number | null;
  readonly bytes: number;
  readonly problems: readonly Problem[];
}

const RARE = 0.05;

/** Proves that the sampler can draw what it should. Problems: SAMPLER, DATA_GROUPS; a warning where positives are rare. */
export function proveSampling(
  planned: Planned,
  { sampler, yields }: Pick<Wired, 'sampler' | 'yields'>,
  train: Omit<SamplerCounts, 'batchSize'>,
): Sampled {
  const { batchSize } = planned.plan.train;
  const result = requirePlan(guarded('the sampler', () => sampler.plan({ ...train, batchSize })));
  const name = planned.plan.sampler.type;
  const ofSampler = (one: Problem): Problem => at(planned, { ...one, path: 'sampler' }, ['data.split', 'data.source']);
  if ('problem' in result) {
    const code = train.groupSizes.length > 0 && /group/.test(result.problem) ? 'DATA_GROUPS' : 'SAMPLER';
    return {
      batches: 0,
      steps: 0,
      rows: null,
      positives: null,
      bytes: 0,
      problems: [ofSampler(problem(code, `sampler ${name} cannot draw from the training part: ${result.problem}`))],
    };
  }
  const rows = result.rows ?? null;
  const positives = result.positives ?? null;
  const problems: Problem[] = [];
  if (rows !== null && rows < batchSize) {
    problems.push(
      at(
        planned,
        problem(
          'SAMPLER',
          `train.batchSize is ${batchSize}, but the training part gives only ${rows} rows; it must be at most that`,
          { path: 'train.batchSize' },
        ),
      ),
    );
  }
  if (yields === 'pairs' && positives !== null && positives < RARE && planned.plan.loss.length > 0) {
    problems.push(
      ofSampler(
        warning(
          'SAMPLER',
          `only ${(positives * 100).toFixed(1)}% of the pairs that ${name} draws are expected to be positive; balanced-pairs draws half`,
        ),
      ),
    );
  }
  const { accumulate } = planned.plan.train;
  if (accumulate > 1 && accumulate >= result.batches) {
    const path = 'train.accumulate';
    const message = `train.accumulate is ${accumulate}, but a pass over the training part has only ${result.batches} batches: each pass would be a single step`;
    problems.push(at(planned, warning('SAMPLER', message, { path })));
  }
  const steps = stepsOfBatches(result.batches, planned.plan.train);
  return { batches: result.batches, steps, rows, positives, bytes: result.bytes ?? 0, problems };
}

/** Errors: PLUGIN_FAILED, where a sampler plans neither batches nor says why not. */
function requirePlan(planned: SamplerPlan | undefined): SamplerPlan {
  const { problem: reason, batches }: { problem?: unknown; batches?: unknown } = planned ?? {};
  if (typeof reason === 'string' || (Number.isInteger(batches) && (batches as number) >= 0)) return planned!;
  const gave = planned ? `the batches ${String(batches)}` : 'nothing';
  return fail('PLUGIN_FAILED', `the sampler planned ${gave}: plan must return { batches } as a count, or { problem }`);
}
