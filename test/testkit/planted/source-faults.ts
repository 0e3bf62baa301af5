import {
  type Chunk,
  type DataDescription,
  definePlugin,
  type Files,
  type FileView,
  type PairTable,
  type Plugin,
  type RandomAccessData,
  Source,
  type Table,
} from 'siamese';
import type { Fault } from './fault.js';

let calls = 0;
const SIZE = 8;
const columns = { x: { kind: 'number', shape: null, nullable: false } } as const;
const description: DataDescription = {
  sides: { items: { size: SIZE, columns } },
  relation: 'groups',
  access: 'random',
  relations: 2,
};
const table: Table = {
  size: SIZE,
  keys: (rows) => Array.from(rows, String),
  read: async (rows) => ({ x: Float32Array.from(rows) }),
  where: (row) => ({ file: 'nowhere', row }),
};
const data: RandomAccessData = {
  access: 'random',
  tables: { items: table },
  groups: Int32Array.from({ length: SIZE }, (_, row) => row % 2),
  groupNames: ['even', 'odd'],
  pairs: null,
  triplets: null,
  given: null,
  close: async () => {},
};
const source = (open: Partial<RandomAccessData>, describe: () => DataDescription = () => description): Plugin =>
  definePlugin(Source, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: { type: 'object', additionalProperties: false, properties: {} },
    access: 'random',
    relations: ['groups', 'pairs'],
    create: () => ({ describe: async () => describe(), open: async () => ({ ...data, ...open }) }),
  });
const pairs = (more: Partial<PairTable>): Plugin => {
  const [left, right] = [Int32Array.from([0, 1]), Int32Array.from([2, 3])];
  const table = { left, right, target: Float32Array.from([1, 0]), weight: null, ...more };
  return source({ pairs: table }, () => ({ ...description, relation: 'pairs', relations: 2, targets: 'binary' }));
};
const items = (more: Partial<Table>): Plugin => source({ tables: { items: { ...table, ...more } } });

type Chunks = (from: number, shard: { readonly index: number; readonly count: number }) => readonly number[];
/** Of chunks of two rows each; the position is the number of the next chunk. */
const stream = (chunks: Chunks): Plugin =>
  definePlugin(Source, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: { type: 'object', additionalProperties: false, properties: {} },
    access: 'stream',
    relations: ['groups'],
    create: () => ({
      describe: async () => ({ ...description, access: 'stream', sides: { items: { size: null, columns } } }),
      open: async () => ({
        access: 'stream',
        async *chunks(from, shard) {
          for (const at of chunks(typeof from === 'number' ? from : 0, shard)) yield chunkOf(at);
        },
        close: async () => {},
      }),
    }),
  });
const chunkOf = (at: number): Chunk => ({
  keys: [`${at}a`, `${at}b`],
  columns: { x: Float32Array.from([at, at]) },
  groups: ['a', 'b'],
  pairs: null,
  position: at + 1,
});
const upTo = (from: number): readonly number[] => [0, 1, 2, 3].slice(from);

/** Reads its own file, and forgets it. */
const forgetful: Plugin = definePlugin(Source, {
  name: 'acme/fault',
  summary: 'Faulty.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { path: { type: 'string', format: 'path', default: 'package.json', description: 'A file.' } },
  },
  access: 'random',
  relations: ['groups'],
  create: ({ path }) => ({
    describe: async (files) => described(files, path),
    open: async (files) => {
      const views: FileView[] = [await files.open(path)];
      return { ...data, close: async () => void views.length };
    },
  }),
});
async function described(files: Files, path: string): Promise<DataDescription> {
  await (await files.open(path)).close();
  return description;
}

/** Of what reads data. */
export const sourceFaults: readonly Fault[] = [
  [
    'a source that describes other data each time',
    'describes its data',
    source({}, () => ({ ...description, relations: 2 + calls++ })),
  ],
  ['a source that reads no such column', 'reads what it describes', items({ read: async () => ({}) })],
  ['a source of fewer items', 'reads what it describes', items({ size: SIZE - 1 })],
  [
    'a source with the same key twice',
    'reads what it describes',
    items({ keys: (rows) => Array.from(rows, () => 'one') }),
  ],
  [
    'a source with a number that is none',
    'reads what it describes',
    items({ read: async (rows) => ({ x: new Float32Array(rows.length).fill(Number.NaN) }) }),
  ],
  ['a source of unnamed groups', 'relations within the data', source({ groups: new Int32Array(SIZE).fill(2) })],
  ['a source with a group too few', 'relations within the data', source({ groups: new Int32Array(SIZE - 1) })],
  ['a source with an unknown part', 'relations within the data', source({ given: new Uint8Array(SIZE).fill(3) })],
  ['a pair of an item that is not there', 'relations within the data', pairs({ right: Int32Array.from([2, SIZE]) })],
  ['a pair without a target', 'relations within the data', pairs({ target: Float32Array.from([1]) })],
  [
    'a pair whose target is no number',
    'relations within the data',
    pairs({ target: Float32Array.from([1, Number.NaN]) }),
  ],
  [
    'a source that gives other keys each time',
    'the same each time',
    items({ keys: (rows) => Array.from(rows, (row) => `${row} ${calls++}`) }),
  ],
  [
    'a source that reads from the beginning whatever is asked',
    'rows in any order',
    items({ read: async (rows) => ({ x: Float32Array.from(rows, (_, i) => i) }) }),
  ],
  ['a stream that begins anew', 'a stream goes on from its position', stream(() => upTo(0))],
  ['a stream that gives all to each shard', 'shards make the whole', stream((from) => upTo(from))],
  [
    'a stream that gives half of a shard',
    'shards make the whole',
    stream((from, { index, count }) => (count === 1 ? upTo(from) : [index])),
  ],
  ['a source that leaves its file open', 'leaves no file open', forgetful],
];
