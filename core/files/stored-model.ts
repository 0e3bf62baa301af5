import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../problem/index.js';
import { failReading, shown } from './errno.js';
import { isPackagePath, resolvePackagePath } from './package-path.js';

/** A model that TensorFlow.js saved: what its layers are, and its weights by name. */
export interface StoredModel {
  readonly path: string;
  readonly topology: Readonly<Record<string, unknown>>;
  readonly weights: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;
}

/** Largest model.json and largest sum of shards. */
const LARGEST = { topology: 2 ** 26, weights: 2 ** 31 };

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Reads model.json and the shards beside it: nothing is executed, and nothing is fetched. Weights must be float32.
 * A `package:` path is looked for from the working folder upwards.
 * Errors: DATA_MISSING; DATA_FORMAT, where it is no such model; DATA_SIZE, where the shards hold more or less than it says.
 */
export function readStoredModel(path: string): StoredModel {
  const file = isPackagePath(path) ? resolvePackagePath(path, process.cwd()) : resolve(path);
  const json = parsed(file, readWhole(file, LARGEST.topology));
  if (json['format'] === 'graph-model') {
    fail('DATA_FORMAT', `${shown(file)} is a graph model: only a layers model has layers to train or to cut at`);
  }
  const { modelTopology: topology, weightsManifest: manifest } = json;
  if (!isFields(topology) || !Array.isArray(manifest)) {
    return fail(
      'DATA_FORMAT',
      `${shown(file)} is no model of TensorFlow.js: it lacks modelTopology or weightsManifest`,
    );
  }
  const weights = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  for (const group of manifest as readonly unknown[]) {
    const { paths, weights: entries } = isFields(group) ? group : {};
    if (!Array.isArray(paths) || !Array.isArray(entries)) return fail('DATA_FORMAT', `${shown(file)}: a group of its weightsManifest lacks paths or weights`); // biome-ignore format: one refusal
    const list = entries.map((entry: unknown) => checkedEntry(file, entry));
    const shards = paths.map((shard: unknown) => shardPath(file, shard));
    checkSizes(file, shards, list);
    const bytes = Buffer.concat(shards.map((shard) => readWhole(shard, LARGEST.weights)));
    for (const [name, weight] of cutUp(file, list, bytes)) weights.set(name, weight);
  }
  return { path: file, topology, weights };
}

function readWhole(file: string, largest: number): Buffer {
  try {
    const status = statSync(file);
    if (!status.isFile()) return fail('DATA_MISSING', `${shown(file)} is no file`);
    if (status.size > largest)
      return fail('DATA_SIZE', `${shown(file)} has ${status.size} bytes, more than ${largest}`);
    return readFileSync(file);
  } catch (error) {
    return failReading(file, error, 'DATA_MISSING');
  }
}

function parsed(file: string, bytes: Buffer): Fields {
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    if (isFields(json)) return json;
  } catch {
    // said below
  }
  return fail('DATA_FORMAT', `${shown(file)} is not the JSON of a model`);
}

/** A shard lies beside model.json or below it, never elsewhere. */
function shardPath(file: string, shard: unknown): string {
  const parts = typeof shard === 'string' ? shard.split('/') : [];
  const plain = parts.length > 0 && parts.every((part) => /^[^\\:\0]+$/.test(part) && part !== '.' && part !== '..');
  if (!plain)
    fail(
      'DATA_FORMAT',
      `${shown(file)} names a shard outside its folder: ${typeof shard === 'string' ? JSON.stringify(shard) : 'it is no text'}`,
    );
  return join(dirname(file), ...parts);
}

function checkedEntry(file: string, entry: unknown): Entry {
  const { name, shape, dtype, quantization } = isFields(entry) ? entry : {};
  if (typeof name !== 'string' || !isSizes(shape)) {
    return fail('DATA_FORMAT', `${shown(file)}: a weight of its weightsManifest has no name or no shape`);
  }
  if (dtype !== 'float32' || quantization !== undefined) {
    const named = typeof dtype === 'string' ? dtype.slice(0, 40) : 'of no type'; // an array may be of any depth
    const kind = quantization === undefined ? named : 'quantized';
    fail('DATA_FORMAT', `${shown(file)}: the weight ${name} is ${kind}, only float32 is read`);
  }
  return { name, shape };
}

const bytesOf = (entries: readonly Entry[]): number =>
  4 * entries.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

/** Before anything is read: a shard that is named a thousand times would be held a thousand times. */
function checkSizes(file: string, shards: readonly string[], entries: readonly Entry[]): void {
  const found = shards.reduce((sum, shard) => sum + sizeOf(shard), 0);
  const needed = bytesOf(entries);
  if (found === needed && needed <= LARGEST.weights) return;
  if (found === needed)
    fail('DATA_SIZE', `${shown(file)} has ${needed} bytes of weights, more than ${LARGEST.weights}`);
  fail('DATA_SIZE', `${shown(file)}: its weights need ${needed} bytes, its shards have ${found}`);
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    return failReading(file, error, 'DATA_MISSING');
  }
}

/** The weights one after another, as the manifest says; the bytes are little-endian. */
function cutUp(file: string, entries: readonly Entry[], bytes: Buffer) {
  const sizes = entries.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  const needed = 4 * sizes.reduce((a, b) => a + b, 0);
  if (bytes.length !== needed) {
    fail('DATA_SIZE', `${shown(file)}: its weights need ${needed} bytes, its shards have ${bytes.length}`);
  }
  let at = 0;
  return entries.map(({ name, shape }, i): [string, { shape: readonly number[]; values: Float32Array }] => {
    const values = new Float32Array(sizes[i]!);
    for (let k = 0; k < values.length; k++, at += 4) values[k] = bytes.readFloatLE(at);
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) fail('DATA_FORMAT', `${shown(file)}: the weight ${name} holds ${wrong}`);
    return [name, { shape, values }];
  });
}
