import { isCached } from '../../data/cache/request.js';
import type { DataSurvey } from '../../data/survey.js';
import type { Registry } from '../../plugin/registry.js';
import type { Plan } from '../../recipe/types.js';
import { definitionOf } from '../create.js';
import { type Need, needOfPairs } from './memory.js';
import type { Sampled } from './sampling.js';
import type { Tower } from './towers.js';
import { factsOf } from './weights.js';

/** What a run will hold in memory, part by part. */
export function memoryNeeds(
  plan: Plan,
  registry: Registry,
  known: {
    readonly dimensions: number | null;
    readonly data: DataSurvey;
    readonly sampled: Sampled;
    readonly towers: readonly Tower[];
    readonly parameters: number;
    readonly evaluationPairs: { readonly validation: number; readonly test: number };
  },
): readonly Need[] {
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
    ...lossNeeds(plan, registry, known),
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
function lossNeeds(plan: Plan, registry: Registry, { data, dimensions, sampled }: LossFacts): readonly Need[] {
  if (definitionOf(registry, 'sampler', plan.sampler).yields !== 'labelled-batch') return [];
  const facts = { ...factsOf(plan, { data, dimensions: dimensions ?? 0 }), positives: sampled.positives };
  return plan.loss.flatMap(({ use }) => {
    const bytes = definitionOf(registry, 'loss', use).stepBytes?.(facts, use.options) ?? 0;
    return bytes === 0 ? [] : [{ what: `loss ${use.type} on a batch`, bytes, path: 'train.batchSize' }];
  });
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
