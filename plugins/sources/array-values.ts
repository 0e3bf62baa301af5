import type { Files, Json } from '../../core/contract/index.js';
import {
  allocate,
  type ByteSource,
  type NpyArray,
  type Numbers,
  type NumberType,
  readNpy,
  readNpyHeader,
  readNpz,
  readNpzHeader,
  shown,
  splitMember,
} from '../../core/files/index.js';
import { fail } from '../../core/problem/index.js';
import { openShards } from './array-shards.js';
import { filesOf, isPattern } from './rows/table.js';

/** An array as an option gives it: the path of a .npy file, `file.npz#name`, or nested numbers in the recipe itself. */
export interface GivenArray {
  /** Name of the option. */
  readonly option: string;
  readonly value: string | readonly Json[];
}
export interface ArrayHeader {
  /** File or option, for messages. */
  readonly label: string;
  readonly shape: readonly number[];
  readonly dtype: NpyArray['dtype'];
}
export type LabelledArray = NpyArray & { readonly label: string };

/** Shape and type, from the header alone where there is a file. Errors: DATA_MISSING, DATA_FORMAT. */
export async function describeArray(files: Files, { option, value }: GivenArray): Promise<ArrayHeader> {
  if (typeof value !== 'string') return arrayOf(option, value);
  if (isPattern(value)) return describeShards(files, value);
  return withFile(files, value, async (source, { label, member }) => {
    const { shape, dtype } =
      member === undefined ? await readNpyHeader(source) : await readNpzHeader(source, { member });
    return { label, shape, dtype };
  });
}

/** All values. Errors: DATA_MISSING, DATA_FORMAT, DATA_VALUE, MEMORY. */
export async function readArray(files: Files, { option, value }: GivenArray): Promise<LabelledArray> {
  if (typeof value !== 'string') return arrayOf(option, value);
  if (isPattern(value)) return readShards(files, value);
  return withFile(files, value, async (source, { label, member }) => {
    return { ...(await readOne(source, member)), label };
  });
}

/** Several files as one array. */
async function describeShards(files: Files, pattern: string): Promise<ArrayHeader> {
  const opened = await openShards(files, pattern);
  await opened.close();
  const { shape, dtype } = opened.shards[0]!.header;
  return { label: `${pattern} (${opened.shards.length} files)`, shape: [opened.size, ...shape.slice(1)], dtype };
}

async function readShards(files: Files, pattern: string): Promise<LabelledArray> {
  const header = await describeShards(files, pattern);
  const { file, member } = splitMember(pattern);
  const parts: NpyArray[] = [];
  for (const path of await filesOf(files, file)) {
    const value = member === null ? path : `${path}#${member}`;
    parts.push(await withFile(files, value, (source, { member: name }) => readOne(source, name)));
  }
  if (parts.every(({ dtype }) => dtype === 'string'))
    return { ...header, dtype: 'string', data: parts.flatMap(({ data }) => data as readonly string[]) };
  const length = header.shape.reduce((product, size) => product * size, 1);
  const data = allocate(header.dtype as NumberType, length, header.label);
  let at = 0;
  for (const part of parts) {
    data.set(part.data as Numbers, at);
    at += part.data.length;
  }
  return { ...header, data } as LabelledArray;
}

const readOne = (source: ByteSource, member: string | null | undefined): Promise<NpyArray> =>
  member === undefined ? readNpy(source) : readNpz(source, { member });

/** `member`: undefined for a .npy file, null for the only array of a .npz. */
type Named = { readonly label: string; readonly member: string | null | undefined };

async function withFile<T>(
  files: Files,
  path: string,
  act: (source: ByteSource, named: Named) => Promise<T>,
): Promise<T> {
  const { file, member } = splitMember(path);
  const view = await files.open(files.resolve(file));
  const archive = /\.npz$/i.test(file);
  const label = `${shown(view.path)}${member === null ? '' : `#${member}`}`;
  try {
    return await act(view, { label, member: archive ? member : undefined });
  } finally {
    await view.close();
  }
}

function arrayOf(option: string, value: readonly Json[]): LabelledArray {
  const label = `data.source.${option}`;
  const shape: number[] = [];
  for (let level: Json | undefined = value; Array.isArray(level); level = level[0] as Json | undefined)
    shape.push(level.length);
  const leaves: (number | string)[] = [];
  collect({ label, shape, leaves }, value, []);
  if (leaves.every((leaf) => typeof leaf === 'string') && leaves.length > 0)
    return { label, shape, dtype: 'string', data: leaves };
  const text = leaves.findIndex((leaf) => typeof leaf === 'string');
  if (text >= 0)
    fail('DATA_FORMAT', `${label} mixes numbers and texts: ${JSON.stringify(leaves[text])} stands among numbers`);
  return { label, shape, dtype: 'float32', data: Float32Array.from(leaves as number[]) };
}

interface Inline {
  readonly label: string;
  /** Of the first row, which all rows must have. */
  readonly shape: readonly number[];
  readonly leaves: (number | string)[];
}

function collect(inline: Inline, value: Json, path: readonly number[]): void {
  const expected = inline.shape[path.length];
  const length = Array.isArray(value) ? value.length : undefined;
  if (length !== expected) {
    const say = (count: number | undefined): string => (count === undefined ? 'a single value' : `${count} values`);
    fail(
      'DATA_FORMAT',
      `${inline.label}[${path.join('][')}] has ${say(length)}, ${say(expected)} expected as in the first row`,
    );
  }
  if (Array.isArray(value))
    for (const [i, item] of (value as readonly Json[]).entries()) collect(inline, item, [...path, i]);
  else if (typeof value === 'number' || typeof value === 'string') inline.leaves.push(value);
  else fail('DATA_FORMAT', `${inline.label}[${path.join('][')}] is ${JSON.stringify(value)}, a number is expected`);
}
