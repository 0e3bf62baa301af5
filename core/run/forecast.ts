import type { Facts, Input, Log } from '../contract/index.js';
import { isCached } from '../data/cache/request.js';
import { describeSource } from '../data/open-source.js';
import { type DataSurvey, surveyData } from '../data/survey.js';
import { openFiles } from '../files/index.js';
import type { Registry } from '../plugin/registry.js';
import { type Problem, ProblemError, problem } from '../problem/index.js';
import type { Plan, Planned, PluginUse } from '../recipe/types.js';
import { declaredShape } from '../train/declared-weights.js';
import { type BuiltEncoder, buildEncoder } from '../train/encoder.js';
import type { LayerSummary } from '../train/encoder-summary.js';
import { countEvaluated } from './count-evaluated.js';
import { createEncoder, definitionOf } from './create.js';
import { specsOf } from './declared.js';
import { projectionInputs } from './network-parts.js';
import { at, placed } from './place.js';
import { proveAugmentations } from './prove/augmentations.js';
import { proveMeasured } from './prove/measured.js';
import { provePieces } from './prove/pieces.js';
import { type Need, needOfPairs, proveMemory, proveSampling, type Sampled } from './prove/prove.js';
import { proveSchedule, stepsOf } from './prove/schedule.js';
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
  readonly declared: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly parameters: number;
  readonly evaluationPairs: { readonly validation: number; readonly test: number } | null;
  readonly needs: readonly Need[];
  readonly problems: readonly Problem[];
}
export interface Tower {
  readonly path: string;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
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
      built.dimensions === null || !data ? [] : declaredWeights(request, { data, dimensions: built.dimensions });
    const parameters =
      built.towers.reduce((sum, { parameters: own }) => sum + own, 0) +
      declared.reduce((sum, { shape }) => sum + product(shape), 0);
    const evaluationPairs = data && evaluatedPairs(request, data);
    const needs = data
      ? memoryNeeds(request, {
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

function buildTowers(
  { planned, registry, log }: ForecastRequest,
  inputs: DataSurvey['inputs'],
): { towers: Tower[]; dimensions: number | null; problems: readonly Problem[] } {
  const { encoder } = planned.plan;
  const named: readonly (readonly [string, PluginUse, readonly Input[]])[] =
    'type' in encoder
      ? [['encoder', encoder, inputs.left]]
      : [
          ['encoder.left', encoder.left, inputs.left],
          ['encoder.right', encoder.right, inputs.right],
        ];
  try {
    const one = (path: string, use: PluginUse, given: readonly Input[]): BuiltEncoder =>
      buildEncoder({
        plugin: use.type,
        path,
        inputs: given,
        seed: null,
        create: (context) => createEncoder(use, context, { registry, log }),
      });
    const built = named.map(([path, use, given]): readonly [string, BuiltEncoder] => [path, one(path, use, given)]);
    const sizes = built.map(([, tower]) => tower.dimensions);
    const { projection } = planned.plan;
    if (projection)
      built.push(['encoder.projection', one('encoder.projection', projection, projectionInputs(sizes[0]!))]);
    const towers = built.map(([path, { layers, parameters }]) => ({ path, layers, parameters }));
    const pieces = provePieces(
      planned,
      built.map(([path, { dependsOnBatch }]) => ({ path, dependsOnBatch })),
    );
    for (const [, tower] of built) tower.dispose();
    const differ = sizes.length === 2 && sizes[0] !== sizes[1];
    const problems = differ
      ? [
          at(
            planned,
            problem(
              'SHAPE',
              `the left encoder gives ${sizes[0]} dimensions and the right one ${sizes[1]}; both must be the same`,
              { path: 'encoder' },
            ),
          ),
        ]
      : [];
    const seen = built.at(-1)![1].dimensions; // by the losses
    return { towers, dimensions: seen, problems: [...problems, ...pieces] };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return {
      towers: [],
      dimensions: null,
      problems: error.problems.map((one) => (one.place ? one : at(planned, one, ['encoder']))),
    };
  }
}

function declaredWeights(
  { planned, registry }: ForecastRequest,
  known: { readonly data: DataSurvey; readonly dimensions: number },
): Forecast['declared'] {
  const { plan } = planned;
  const facts = factsOf(plan, known);
  const of = (kind: 'distance' | 'head' | 'loss', use: PluginUse, path: string): Forecast['declared'] =>
    Object.entries(specsOf(definitionOf(registry, kind, use), facts, use.options)).map(([name, spec]) => ({
      name: `${path}/${name}`,
      shape: declaredShape(spec, `${path}/${name}`, { facts, options: use.options }),
    }));
  return [
    ...of('distance', plan.distance, 'distance'),
    ...of('head', plan.head, 'head'),
    ...plan.loss.flatMap(({ use }, i) => of('loss', use, plan.loss.length === 1 ? 'loss' : `loss.${i}`)),
  ];
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

function memoryNeeds(
  request: ForecastRequest,
  known: {
    readonly dimensions: number | null;
    readonly data: DataSurvey;
    readonly sampled: Sampled;
    readonly towers: readonly Tower[];
    readonly parameters: number;
    readonly evaluationPairs: { readonly validation: number; readonly test: number };
  },
): readonly Need[] {
  const { planned, registry } = request;
  const { plan } = planned;
  const item = known.data.inputs.left.reduce((sum, input) => sum + product(input.shape) * 4, 0);
  const slots = Object.keys(definitionOf(registry, 'optimizer', plan.optimizer).slots).length;
  const outputs = known.towers.reduce(
    (sum, { layers }) => sum + layers.reduce((own, { shape }) => own + product(shape.map((size) => size ?? 1)), 0),
    0,
  );
  const sides = 'type' in plan.encoder ? 2 : 1;
  const copies = plan.train.accumulate > 1 ? 3 : 2;
  const pairs = known.evaluationPairs.validation + known.evaluationPairs.test;
  return [
    dataNeed(plan, known.data, item),
    { what: 'weights, gradients and optimizer', bytes: known.parameters * 4 * (copies + slots), path: 'encoder' },
    stepNeed(plan.train, { values: outputs * sides * 4 * 2, item: item * sides }),
    { what: `the pairs of sampler ${plan.sampler.type}`, bytes: known.sampled.bytes, path: 'sampler' },
    ...cacheNeeds(plan, known.dimensions),
    ...lossNeeds(request, known),
    needOfPairs(pairs),
  ];
}

/** Bytes of what the layers make of a row, with its gradients, and of the row itself. In pieces only one piece's are held. */
function stepNeed(
  { batchSize, microBatch }: Plan['train'],
  row: { readonly values: number; readonly item: number },
): Need {
  const bytes = (microBatch ?? batchSize) * row.values + batchSize * row.item;
  return { what: 'one step', bytes, path: 'train.batchSize' };
}

/** Of items in a cache only what names and relates them is held: row numbers, groups, 64 bits of a hash. */
const BYTES_OF_CACHED = 32;

function dataNeed({ data: { cache } }: Plan, { items, inputs }: DataSurvey, item: number): Need {
  const asked = { use: cache.use, bytes: cache.memory * 2 ** 20 };
  if (!isCached(asked, items, inputs.left)) return { what: 'the data', bytes: items * item, path: 'data.source' };
  return { what: 'what relates the cached items', bytes: items * BYTES_OF_CACHED, path: 'data.cache' };
}

/** Cross-batch memory, and the few matrices of the batch against it that a loss makes, with their gradients. */
function cacheNeeds({ train: { memory, batchSize } }: Plan, dimensions: number | null): readonly Need[] {
  if (!memory) return [];
  const bytes = 4 * memory.size * ((dimensions ?? 0) + 3) + 4 * 8 * batchSize * memory.size;
  return [{ what: 'the memory of the last batches', bytes, path: 'train.memory.size' }];
}

interface LossFacts {
  readonly data: DataSurvey;
  readonly dimensions: number | null;
  readonly sampled: Sampled;
}

/** What losses on labelled batches say that a step of theirs holds. */
function lossNeeds(
  { planned: { plan }, registry }: ForecastRequest,
  { data, dimensions, sampled }: LossFacts,
): readonly Need[] {
  if (definitionOf(registry, 'sampler', plan.sampler).yields !== 'labelled-batch') return [];
  const facts = { ...factsOf(plan, { data, dimensions: dimensions ?? 0 }), positives: sampled.positives };
  return plan.loss.flatMap(({ use }) => {
    const bytes = definitionOf(registry, 'loss', use).stepBytes?.(facts, use.options) ?? 0;
    return bytes === 0 ? [] : [{ what: `loss ${use.type} on a batch`, bytes, path: 'train.batchSize' }];
  });
}

function factsOf(plan: Plan, known: { readonly data: DataSurvey; readonly dimensions: number }): Facts {
  const { groupSizes, items } = known.data.train;
  return { groups: groupSizes.length, items, dimensions: known.dimensions, batchSize: plan.train.batchSize };
}
