import type { Input, Log } from '../contract/index.js';
import { describeSource } from '../data/open-source.js';
import { type DataSurvey, surveyData } from '../data/survey.js';
import { openFiles } from '../files/index.js';
import type { Registry } from '../plugin/registry.js';
import { type Problem, problem } from '../problem/index.js';
import type { Planned } from '../recipe/types.js';
import { countEvaluated } from './count-evaluated.js';
import { at, placed } from './place.js';
import { proveAugmentations } from './prove/augmentations.js';
import { proveMeasured } from './prove/measured.js';
import { type Need, proveMemory } from './prove/memory.js';
import { memoryNeeds } from './prove/needs.js';
import { proveSampling, type Sampled } from './prove/sampling.js';
import { proveSchedule, stepsOf } from './prove/schedule.js';
import { buildTowers, type Tower } from './prove/towers.js';
import { type Declared, declaredWeights } from './prove/weights.js';
import { dataRequest } from './session.js';
import { wire } from './wire.js';

/** What a run will do, proven before it starts: from headers, counts and shapes alone. */
export interface Forecast {
  /** null: a stream, whose sizes show only on the way. */
  readonly data: DataSurvey | null;
  /** Number of folds, each a run of its own; what is foreseen is the first. */
  readonly folds: number;
  readonly inputs: readonly Input[];
  readonly sampled: Sampled | null;
  readonly steps: number | null;
  readonly towers: readonly Tower[];
  readonly dimensions: number | null;
  /** Weights outside the encoder, by path. */
  readonly declared: readonly Declared[];
  readonly parameters: number;
  readonly evaluationPairs: { readonly validation: number; readonly test: number } | null;
  readonly needs: readonly Need[];
  readonly problems: readonly Problem[];
}

export interface ForecastRequest {
  readonly planned: Planned;
  readonly registry: Registry;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Errors: problems of the data that stop even the counting; everything else is among the `problems` of the forecast. */
export async function forecast(request: ForecastRequest): Promise<Forecast> {
  try {
    return await foresee(request);
  } catch (error) {
    throw placed(request.planned, error);
  }
}

async function foresee(request: ForecastRequest): Promise<Forecast> {
  const { planned, registry, log } = request;
  const { plan } = planned;
  const wired = wire({ plan, registry, log });
  const files = openFiles({ folder: planned.folder, signal: request.signal });
  try {
    const asked = dataRequest({ plan, registry, files, log }, wired);
    const description = planned.description ?? (await describeSource(asked));
    const data = await surveyData(description, asked);
    const sampled = data && proveSampling(planned, wired, data.train);
    const inputs = data?.inputs ?? null;
    const built = inputs ? buildTowers(request, inputs) : { towers: [], dimensions: null, problems: [] };
    const declared =
      built.dimensions === null || !data ? [] : declaredWeights(plan, registry, { data, dimensions: built.dimensions });
    const parameters =
      built.towers.reduce((sum, { parameters: own }) => sum + own, 0) +
      declared.reduce((sum, { shape }) => sum + product(shape), 0);
    const evaluationPairs = data && evaluatedPairs(request, data);
    const needs = data
      ? memoryNeeds(plan, registry, {
          data,
          sampled: sampled!,
          ...built,
          parameters,
          evaluationPairs: evaluationPairs!,
        })
      : [];
    return {
      data,
      folds: wired.split.folds,
      inputs: inputs?.left ?? [],
      sampled,
      steps: stepsOf(planned, sampled?.steps ?? null),
      ...built,
      declared,
      parameters,
      evaluationPairs,
      needs,
      problems: [
        ...(data ? emptyParts(planned, data) : []),
        ...(sampled?.problems ?? []),
        ...proveSchedule(planned, wired.schedule, sampled?.steps ?? null),
        ...(inputs ? proveAugmentations(planned, wired, inputs) : []),
        ...(data ? proveMeasured(planned, wired, data.evaluated) : []),
        ...built.problems,
        ...proveMemory(planned, needs),
      ],
    };
  } finally {
    wired.dispose();
    await files.close();
  }
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function emptyParts(planned: Planned, { sizes, items }: DataSurvey): readonly Problem[] {
  if (sizes.train > 0) return [];
  const message = `the split leaves no items for training (of ${items})`;
  return [at(planned, problem('DATA_EMPTY', message, { path: 'data.split' }))];
}

/** How many pairs verification will count. */
function evaluatedPairs(
  { planned }: ForecastRequest,
  data: DataSurvey,
): { readonly validation: number; readonly test: number } {
  const one = (part: 'validation' | 'test'): number =>
    countEvaluated(planned.plan.evaluate.pairs, data.evaluated[part]);
  return { validation: one('validation'), test: one('test') };
}
