import { fileURLToPath } from 'node:url';
import type { Plugin } from '../../core/plugin/define.js';
import type { Settings } from '../../core/testkit/index.js';

const folder = fileURLToPath(new URL('../../recipes/tiny/', import.meta.url));
const options: Readonly<Record<string, Settings['options']>> = {
  'source arrays': {
    items: [
      [1, 0.2],
      [0.9, -1.7],
      [-1, 0.4],
      [-0.9, 1.9],
    ],
    groups: ['a', 'a', 'b', 'b'],
  },
  'source idx': { items: 'data/glyphs-train-images.idx', groups: 'data/glyphs-train-kinds.idx' },
  'source image-folder': { path: 'data/marks', pattern: '{group}/{pen}_{number}.png' },
  'source table': { path: 'data/events.jsonl', group: 'device', key: 'id', stream: true },
  'source linked-tables': {
    left: { path: 'data/members.csv', key: 'member' },
    right: { path: 'data/guests.csv', key: 'guest' },
    pairs: { path: 'data/same-people.csv', left: 'member', right: 'guest', target: 'same' },
  },
  'source triplets': { path: 'data/spellings.csv', anchor: 'word', positive: 'same', negative: 'other' },
  // small networks: what is checked does not depend on their size
  'encoder mlp': { hidden: [8], dimensions: 4 },
  'encoder recurrent': { units: [8], dimensions: 4 },
  'encoder transformer': { width: 8, heads: 2, blocks: 1, hidden: 8, dimensions: 4 },
  'encoder residual': { filters: [4, 8], dimensions: 4 },
  'encoder text-bag': { buckets: 50, dimensions: 4 },
  'encoder text-characters': { filters: 8, dimensions: 4 },
  'encoder sequential': { layers: [{ type: 'dense', units: 5 }], dimensions: 4 },
  'encoder pretrained': { path: `${folder}data/features/model.json`, cut: 'features', trainable: true, dimensions: 4 },
  'encoder conv': { filters: [4, 8], dimensions: 4 },
  'source pairs': { path: 'data/ratings.csv', left: 'left_*', right: 'right_*' },
};

/** What their options fix the inputs of. */
const inputs: Readonly<Record<string, Settings['inputs']>> = {
  'encoder sequential': [{ name: 'x', kind: 'vector', shape: [6], dtype: 'float32', vocabulary: null }],
  'encoder pretrained': [{ name: 'x', kind: 'vector', shape: [8], dtype: 'float32', vocabulary: null }],
};

/** Options: of sources, files; of others, what a check presumes. */
export const dataFor = ({ kind, name }: Plugin): Settings => {
  const found = options[`${kind} ${name}`];
  const taken = inputs[`${kind} ${name}`];
  return { folder, ...(found ? { options: found } : {}), ...(taken ? { inputs: taken } : {}) };
};
