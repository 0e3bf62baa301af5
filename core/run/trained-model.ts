import { join } from 'node:path';
import * as tfc from '@tensorflow/tfjs-core';
import type { Facts, Input, Log, Score } from '../contract/index.js';
import type { FittedFields, RawRow } from '../data/fields.js';
import { restoreSides } from '../data/fit-sides.js';
import type { EngineChoice } from '../engine/engine.js';
import { openEngine } from '../engine/open.js';
import { type Embedder, embedSide, evaluationStep } from '../evaluate/embed.js';
import type { Plugin } from '../plugin/define.js';
import { fail } from '../problem/index.js';
import { scorePairs } from '../train/network.js';
import { importWeights, type NamedArrays } from '../train/weights.js';
import { type Embedders, isWorth, openEmbedders } from './embedders.js';
import { inRun } from './folder.js';
import { loadModel, type StoredThreshold } from './model.js';
import { assembleNetwork, buildTowers, measured, scored } from './network-parts.js';
import { storedPlugins } from './stored-plugins.js';
import { readStoredRun } from './stored-run.js';

/** Values of some items by input, as the encoder takes them: item after item, each as many numbers as the input's shape has. */
export type ItemValues = Readonly<Record<string, ArrayLike<number>>>;
/** Items as rows of the data (`[{ title: 'Alien', year: 1979 }]`), or as the encoder takes them. */
export type Items = readonly RawRow[] | ItemValues;

/** A trained model in use. */
export interface TrainedModel {
  /** Name of the recipe that it was trained by. */
  readonly recipe: string;
  /** What each side takes; one list twice unless there are two towers. */
  readonly inputs: { readonly left: readonly Input[]; readonly right: readonly Input[] };
  /** Numbers in one embedding. */
  readonly dimensions: number;
  /** `distance`: smaller is closer; `logit` and `value`: larger is more alike. */
  readonly score: Score;
  /** null: none was chosen. */
  readonly threshold: StoredThreshold | null;
  /**
   * Embedding of each item. Rows are made into inputs as the training part was: scaled, cut into tokens, what is missing
   * filled. Errors: USAGE where values are missing or do not fit; DATA_VALUE for a value that the fields refuse.
   */
  embed(items: Items, side?: 'left' | 'right'): Promise<Float32Array[]>;
  /** Score of each pair: the first item of the left with the first of the right, and so on. Errors: as `embed`. */
  compare(left: Items, right: Items): Promise<Float32Array>;
  /** Frees what the engine holds. */
  close(): void;
}

export interface ModelRequest {
  readonly folder: string;
  readonly builtIn: readonly Plugin[];
  readonly engine: EngineChoice | null;
  readonly log: Log;
}

/** The model of a run folder. Errors: RUN_FOLDER, ENGINE, those of loading the recipe's plugins. */
export async function openModel({ folder, builtIn, engine, log }: ModelRequest): Promise<TrainedModel> {
  const { planned } = await readStoredRun(folder);
  const { plan } = planned;
  const { description, weights, threshold } = await loadModel(join(folder, inRun.model));
  const registry = await storedPlugins(folder, planned, builtIn);
  await openEngine(engine ?? plan.engine.name, (message) => log.info(message));
  const disposals: (() => void)[] = [];
  const wiring = { plan: { ...plan, projection: null }, registry, log };
  const { inputs, dimensions } = description;
  const towers = buildTowers(wiring, { inputs, groups: 0, items: 0 }, disposals);
  const facts: Facts = { groups: 0, items: 0, dimensions, batchSize: plan.train.batchSize };
  const distance = measured(wiring, facts);
  const network = assembleNetwork(wiring.plan)(towers, distance, scored(wiring, facts, distance), []);
  importWeights(network.weights, withoutTraining(weights));
  const fields = restoreSides(description.fields);
  let embedders: Embedders | null = null;
  disposals.push(() => embedders?.dispose());
  /** Many at once are worth a recording, whatever was asked for before. */
  const embedderOf = (size: number, side: 'left' | 'right'): Embedder => {
    if (!isWorth(size)) return network[side];
    embedders ??= openEmbedders(network, { plan, items: size, log });
    return embedders[side];
  };
  const embed = (items: Items, side: 'left' | 'right') => {
    const given = isRows(items) ? sideOfRows(items, fields[side]) : sideOf(items, inputs[side]);
    return embedSide(given, embedderOf(given.size, side));
  };
  return {
    ...{ recipe: description.recipe, inputs, dimensions, score: network.head.produces, threshold },
    async embed(items, side = 'left') {
      const { values, size } = await embed(items, side);
      return Array.from({ length: size }, (_, row) => values.slice(row * dimensions, (row + 1) * dimensions));
    },
    async compare(left, right) {
      const [a, b] = [await embed(left, 'left'), await embed(right, 'right')];
      if (a.size !== b.size) fail('USAGE', `pairs need as many left items as right ones, got ${a.size} and ${b.size}`);
      return tfc.tidy(() => {
        const tensors = [a, b].map(({ values }) => tfc.tensor2d(values, [a.size, dimensions])); // [pairs, dimensions]
        return scorePairs(network, tensors[0]!, tensors[1]!, evaluationStep(plan.seed)).dataSync<'float32'>(); // [pairs]
      });
    },
    close: () => {
      for (const dispose of disposals.splice(0)) dispose();
    },
  };
}

/** Weights of losses and of a projection are for training alone. */
function withoutTraining(weights: NamedArrays): NamedArrays {
  const used = ([name]: readonly [string, unknown]): boolean => !/^(loss\b|encoder\.projection\/)/.test(name);
  return Object.fromEntries(Object.entries(weights).filter(used));
}

type EmbeddedSide = Parameters<typeof embedSide>[0];

const isRows = (items: Items): items is readonly RawRow[] => Array.isArray(items);

function sideOfRows(items: readonly RawRow[], fields: FittedFields): EmbeddedSide {
  const stored = fields.encodeRaw(items);
  return { size: items.length, gather: (rows) => fields.gather(stored, rows), key: String };
}

function sideOf(items: ItemValues, inputs: readonly Input[]): EmbeddedSide {
  const sizes = inputs.map(({ name, shape }) => {
    const values = items[name];
    if (!values)
      return fail('USAGE', `the model needs ${inputs.map((one) => one.name).join(', ')}: ${name} is missing`);
    const width = shape.reduce((product, length) => product * length, 1);
    if (values.length % width !== 0)
      fail('USAGE', `${name} takes ${width} numbers an item, which do not divide ${values.length}`);
    return values.length / width;
  });
  if (new Set(sizes).size > 1) fail('USAGE', `the inputs are of ${sizes.join(' and ')} items`);
  const size = sizes[0] ?? 0;
  const gather = (rows: Int32Array): Readonly<Record<string, Float32Array | Int32Array>> =>
    Object.fromEntries(inputs.map((input) => [input.name, rowsOf(items[input.name]!, input, { rows, size })]));
  return { size, gather, key: String };
}

function rowsOf(
  values: ArrayLike<number>,
  { dtype }: Input,
  { rows, size }: { readonly rows: Int32Array; readonly size: number },
): Float32Array | Int32Array {
  const width = values.length / size;
  const at = (i: number): number => values[rows[Math.floor(i / width)]! * width + (i % width)]!;
  const length = { length: rows.length * width };
  return dtype === 'int32' ? Int32Array.from(length, (_, i) => at(i)) : Float32Array.from(length, (_, i) => at(i));
}
