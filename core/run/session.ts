import { join } from 'node:path';
import type { FieldPlans, Json, Log } from '../contract/index.js';
import type { CacheRequest } from '../data/cache/request.js';
import type { ItemSet } from '../data/item-set.js';
import { type DataRequest, type OpenedData, openData } from '../data/open.js';
import { cacheFolder } from '../engine/cache.js';
import { baselineDistance, rawInput, rawInputProblem } from '../evaluate/baselines.js';
import { BATCH } from '../evaluate/embed.js';
import type { BoundEvaluator } from '../evaluate/evaluate.js';
import { distanceScorer } from '../evaluate/score.js';
import type { OpenFiles } from '../files/index.js';
import type { Registry } from '../plugin/registry.js';
import type { Schema } from '../plugin/schema.js';
import { view } from '../plugin/view.js';
import { guarded } from '../problem/index.js';
import { columnsIn } from '../recipe/column-options.js';
import type { Plan, PluginUse } from '../recipe/types.js';
import { bindDistance } from '../train/bind.js';
import { type Network, scorePairs } from '../train/network.js';
import { readAhead } from './ahead/start.js';
import { type AssessedPart, assessedPart, type Judged } from './assess.js';
import { createPlugin, definitionOf } from './create.js';
import { type Embedders, openEmbedders } from './embedders.js';
import { type Wired, wire } from './wire.js';

/** A plan with its data open and its network built: what a run trains and what `evaluate` judges. */
export interface Session {
  readonly wired: Wired;
  readonly data: OpenedData;
  readonly network: Network;
  readonly validation: AssessedPart | null;
  readonly test: AssessedPart | null;
  /** The training part; null where it streams. */
  readonly training: ItemSet | null;
  /** The network as it stands now. */
  judged(): Judged;
  /** What the raw input achieves, or why it cannot be compared. */
  rawInput(): Judged | { readonly problem: string };
  /** The plain distance, for what has no vectors of the network. */
  euclidean(): Judged['distance'];
  close(): Promise<void>;
}

export interface SessionRequest {
  readonly plan: Plan;
  readonly registry: Registry;
  readonly files: OpenFiles;
  readonly log: Log;
  /** Fitted fields of a finished run. */
  readonly fitted?: Json;
  /** Which fold is held out, from 0. Default: the first. */
  readonly fold?: number;
  /** Whether the steps of a training will read the data: a stream is then read ahead of them. */
  readonly trains?: boolean;
  /** Called when the data is open, before anything is made of it: throws what is wrong. */
  readonly prove?: (wired: Wired, data: OpenedData) => void;
}

/** Opens the data and builds the network. Errors: those of the data; PLUGIN_FAILED. */
export async function openSession(request: SessionRequest): Promise<Session> {
  const { plan, registry, log } = request;
  const wired = wire({ plan, registry, log });
  const data = await openData(dataRequest(request, wired));
  try {
    request.prove?.(wired, data);
    const network = guarded('building the network', () => wired.network(data));
    const part = (name: 'validation' | 'test'): AssessedPart | null =>
      data[name] && assessedPart(data[name], name, { seed: plan.seed, pairs: plan.evaluate.pairs });
    let embedders: Embedders | null = null;
    return {
      wired,
      data,
      network,
      validation: part('validation'),
      test: part('test'),
      training: await trainingItems(data),
      judged() {
        embedders ??= openEmbedders(network, { plan, items: plannedItems(plan, data), log });
        return judgedNetwork(network, embedders);
      },
      rawInput: () => judgedRawInput(request, network, data),
      euclidean: () => plainEuclidean(registry, log),
      close: async () => {
        embedders?.dispose();
        wired.dispose();
        await data.close();
      },
    };
  } catch (error) {
    wired.dispose();
    await data.close();
    throw error;
  }
}

async function trainingItems({ train }: OpenedData): Promise<ItemSet | null> {
  if (train.access === 'stream') return null;
  for await (const { items } of train.pools(0)) return items;
  return null;
}

export function dataRequest(request: SessionRequest, wired: Wired): DataRequest {
  const { plan, registry, files } = request;
  const asked: DataRequest = {
    source: wired.source,
    files,
    split: wired.split,
    fold: request.fold ?? 0,
    relations: plan.data.relations,
    fields: plan.data.fields as FieldPlans | null,
    columns: namedColumns(registry, [
      ['split', plan.data.split],
      ['sampler', plan.sampler],
      ...plan.evaluate.metrics.map((use) => ['evaluator', use] as const),
    ]),
    ownColumns: namedColumns(registry, [['source', plan.data.source]]),
    shuffleBuffer: plan.data.shuffleBuffer,
    seed: plan.seed,
    cache: cacheRequest(request),
    ...(request.fitted === undefined ? {} : { fitted: request.fitted }),
  };
  return request.trains ? { ...asked, readAhead: readAhead(request, asked) } : asked;
}

/** What decoded items follow from: the source and its options, and the bytes of the files that it has opened. */
function cacheRequest({ plan, files, log }: SessionRequest): CacheRequest {
  const { use, memory, folder } = plan.data.cache;
  return {
    use,
    bytes: memory * 2 ** 20,
    folder: folder === null ? join(cacheFolder(), 'data') : files.resolve(folder),
    identity: async () => JSON.parse(JSON.stringify([plan.data.source, await files.hashes()])) as Json,
    note: (message) => log.info(message),
  };
}

/** Columns that plugins name in options of format `column`, also in options inside options. */
function namedColumns(
  registry: Registry,
  uses: readonly (readonly ['source' | 'split' | 'sampler' | 'evaluator', PluginUse])[],
): readonly string[] {
  return uses.flatMap(([kind, use]) => {
    return columnsIn(registry.get(kind, use.type)!.options as Schema, use.options);
  });
}

/** Items that evaluation will embed by whole batches: both parts at each epoch, though test is measured at the end alone. */
function plannedItems({ train }: Plan, { validation, test }: OpenedData): number {
  const sides = [validation, test].flatMap((part) => (part ? [...new Set([part.left, part.right])] : []));
  return (train.epochs ?? 1) * sides.reduce((sum, { size }) => sum + (size < BATCH ? 0 : size), 0);
}

function judgedNetwork(network: Network, { left, right }: Embedders): Judged {
  return {
    ...{ left, right },
    distance: network.distance,
    scorer: {
      produces: network.head.produces,
      score: (left, right, step) => scorePairs(network, left, right, step), // [pairs]
    },
  };
}

function judgedRawInput(
  { plan, registry, log }: SessionRequest,
  network: Network,
  data: OpenedData,
): Judged | { readonly problem: string } {
  const problem = rawInputProblem(data.inputs.left, data.inputs.right);
  if (problem !== null) return { problem };
  const hasWeights = definitionOf(registry, 'distance', plan.distance).weights !== undefined;
  const distance = baselineDistance(network.distance, hasWeights, plainEuclidean(registry, log));
  const embedder = rawInput(data.inputs.left);
  return { left: embedder, right: embedder, distance, scorer: distanceScorer(distance) };
}

function plainEuclidean(registry: Registry, log: Log): Judged['distance'] {
  const { metric } = view(registry.get('distance', 'euclidean')!);
  const instance = createPlugin('distance', { type: 'euclidean', options: {}, parts: {} }, { registry, log });
  return bindDistance({ instance, range: [0, Number.POSITIVE_INFINITY], metric: metric ?? false, weights: {} });
}

/** What is evaluated during training: what measures pairs or triplets, which is cheap, and what the monitor needs. */
export function duringTraining(
  evaluators: readonly BoundEvaluator[],
  monitor: string | null,
): readonly BoundEvaluator[] {
  return evaluators.filter(
    ({ name, measures }) => measures === 'pairs' || measures === 'triplets' || name === monitor?.split('.')[0],
  );
}
