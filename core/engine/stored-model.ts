/** Models that TensorFlow.js saved, made again from their files: standard layers and ours, nothing that runs code. */
import * as tfc from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { readStoredModel, shown } from '../files/index.js';
import { fail, listed, suggestion } from '../problem/index.js';
import './layers.js'; // registers ours

const inProcess = Object.keys(tfc.serialization.SerializationMap.getMap().classNameMap);
/** Taken when nobody can have added classes of their own yet. */
const known: ReadonlySet<string> = new Set(inProcess);

/**
 * The model of `path`, a model.json, with its weights, down to its layer `cut` (null: its last).
 * Errors: DATA_MISSING, DATA_FORMAT, DATA_SIZE.
 */
export function loadLayersModel(path: string, cut: string | null): tfl.LayersModel {
  const { path: file, topology, weights } = readStoredModel(path);
  const root = topology['model_config'] ?? topology;
  refuseUnknown(file, root);
  const model = deserialize(file, camelCased(root, '') as Serialized);
  const tensors = Object.fromEntries(
    [...weights].map(([name, { shape, values }]) => [name, tfc.tensor(values, [...shape])]),
  ); // each its weight's shape
  try {
    model.loadWeights(tensors);
  } catch (error) {
    fail('DATA_FORMAT', `${shown(file)}: its weights do not fit its layers: ${sentence(error)}`);
  } finally {
    tfc.dispose(tensors);
  }
  return cut === null ? model : cutAt(file, model, cut);
}

interface Serialized {
  readonly className: string;
  readonly config: tfc.serialization.ConfigDict;
}

function deserialize(file: string, { className, config }: Serialized): tfl.LayersModel {
  const found = tfc.serialization.SerializationMap.getMap().classNameMap[className];
  try {
    const made: unknown = found?.[1](found[0], config);
    if (made instanceof tfl.LayersModel) return made as tfl.LayersModel;
  } catch (error) {
    return fail('DATA_FORMAT', `${shown(file)}: its layers cannot be made: ${sentence(error)}`);
  }
  return fail('DATA_FORMAT', `${shown(file)} holds a ${String(className)}, not a model`);
}

/** Every layer must be one of ours or of TensorFlow.js: classes that a plugin registered are no part of a file's format. */
function refuseUnknown(file: string, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) refuseUnknown(file, item);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
  const { class_name: name } = value as { readonly class_name?: unknown };
  if (name !== undefined && !(typeof name === 'string' && known.has(name))) {
    fail('DATA_FORMAT', `${shown(file)} uses ${JSON.stringify(name)}, which siamese does not know`);
  }
  for (const inner of Object.values(value)) refuseUnknown(file, inner);
}

/** Names of layers stand first in the lists under these keys, and stay as they are. */
const naming = new Set(['inboundNodes', 'inputLayers', 'outputLayers']);
const camel = (text: string): string => text.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());

/** Keras writes snake_case, tfjs-layers reads camelCase, in keys and in choices such as `glorot_uniform`. */
function camelCased(value: unknown, under: string): unknown {
  if (typeof value === 'string') return camel(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown, i) =>
      i === 0 && typeof item === 'string' && naming.has(under) ? item : camelCased(item, under),
    );
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) =>
      key === 'name' && typeof item === 'string' ? [key, item] : [camel(key), camelCased(item, camel(key))],
    ),
  );
}

function cutAt(file: string, model: tfl.LayersModel, cut: string): tfl.LayersModel {
  const names = model.layers.map(({ name }) => name);
  const last = model.layers.find(({ name }) => name === cut);
  if (!last) {
    const near = suggestion(cut, names) || `; its layers: ${listed(names)}`;
    return fail('DATA_FORMAT', `${shown(file)} has no layer "${cut}"${near}`, { path: 'cut' });
  }
  const outputs = last.output;
  if (Array.isArray(outputs)) return fail('DATA_FORMAT', `the layer "${cut}" has several outputs`, { path: 'cut' });
  const shorter = tfl.model({ inputs: model.inputs, outputs });
  const kept = new Set(shorter.weights);
  for (const weight of model.weights) if (!kept.has(weight)) weight.read().dispose();
  return shorter;
}

const sentence = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
