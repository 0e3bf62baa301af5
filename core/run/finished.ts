import type { Operating } from '../evaluate/operating.js';
import type { Threshold } from '../evaluate/threshold.js';
import { openStream } from '../random/index.js';
import { assessApart } from './apart.js';
import { assess, assessValidation } from './assess.js';
import { type AssessedBaseline, assessBaselines } from './baselines.js';
import { type Findings, findingsOf } from './report/findings.js';
import { observe } from './report/observe.js';
import { type BaselineName, intervalsOf, notesOf, partResult, type RunResult } from './result.js';
import { notBeaten } from './verdict.js';

export type Figured = Pick<RunResult, 'validation' | 'test' | 'apart' | 'baselines' | 'intervals' | 'notes'>;

export const nothingMeasured: Figured = {
  validation: null,
  test: null,
  baselines: {},
  intervals: { baselines: {} },
  notes: [],
};

type Finishing = Parameters<typeof assessBaselines>[0] & {
  readonly save: (threshold: Threshold | null, operating: Operating | null) => Promise<void>;
  /** Told what is known before the baselines are: an interrupted run keeps it. */
  readonly known: (figures: Figured) => void;
};

/**
 * All that is measured of a trained network: threshold on validation, figures on both parts with intervals on test (on
 * validation where there is no test), the baselines, and what the report shows. Saves as soon as a threshold is known.
 */
export async function assessFinished(
  finishing: Finishing,
): Promise<{ readonly figures: Figured; readonly findings: Findings }> {
  const { plan, session, save } = finishing;
  const how = { ...finishing.how, intervals: true };
  const judged = session.judged();
  const part = session.test ?? session.validation;
  const shown = observe(how.evaluators, part?.items ?? null, openStream(plan.seed, 'report.neighbours').draw());
  const observing = { ...how, evaluators: [...how.evaluators, ...shown.evaluators] };
  const rule = plan.evaluate.threshold;
  const last = !session.test;
  const validation =
    session.validation &&
    (await assessValidation(session.validation, judged, {
      ...(last ? observing : { ...how, intervals: false }),
      rule,
      operating: true,
    }));
  const threshold = validation?.threshold ?? null;
  await save(threshold, validation?.operating ?? null);
  const test = session.test && (await assess(session.test, judged, { ...observing, threshold }));
  const { apart, notes: apartNotes } = await assessApart({ plan, session, judged, how: { ...how, threshold } });
  const figures = (baselines: readonly AssessedBaseline[]): Figured => ({
    validation: validation && partResult(validation.evaluation, how.evaluators, threshold),
    test: test && partResult(test, how.evaluators, threshold),
    ...(apart ? { apart } : {}),
    baselines: byName(baselines, ({ evaluation, threshold: own, how: asked }) =>
      partResult(evaluation, asked.evaluators, own),
    ),
    intervals: {
      ...(validation && last ? { validation: intervalsOf(validation.evaluation) } : {}),
      ...(test ? { test: intervalsOf(test) } : {}),
      baselines: byName(baselines, ({ evaluation }) => intervalsOf(evaluation)),
    },
    notes: [
      ...(validation ? notesOf('validation', validation.evaluation) : []),
      ...(test ? notesOf('test', test) : []),
      ...apartNotes,
      ...baselines.flatMap((one) => ('problem' in one ? [one.problem] : one.note ? [one.note] : [])),
      ...(test ? notBeaten({ trained: test, baselines, evaluators: how.evaluators, monitor: plan.train.monitor }) : []),
    ],
  });
  finishing.known(figures([]));
  const baselines = await assessBaselines({ ...finishing, how });
  const judgement = test ?? validation?.evaluation ?? null;
  const findings = await findingsOf({
    session,
    seed: plan.seed,
    shown,
    threshold: threshold?.closeness ?? null,
    judgement,
    baselines,
    evaluators: how.evaluators,
  });
  return { figures: figures(baselines), findings };
}

type Measured = Extract<AssessedBaseline, { readonly evaluation: unknown }>;

function byName<T>(baselines: readonly AssessedBaseline[], of: (one: Measured) => T): Partial<Record<BaselineName, T>> {
  return Object.fromEntries(baselines.flatMap((one) => ('problem' in one ? [] : [[one.name, of(one)]])));
}
