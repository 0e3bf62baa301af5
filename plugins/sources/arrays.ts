import { type Json, Source, type SourceInstance } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { groupedArrays } from './array-groups.js';
import { pairedArrays } from './array-pairs.js';
import type { GivenArray } from './array-values.js';

const path = {
  type: 'string',
  format: 'path',
  description:
    'A .npy file, or file.npz#name; a pattern such as part-*.npy or {a,b}.npy is all files that match, in the order of their paths, as one array.',
} as const;
const absent = { type: ['null'], description: 'Not given.' } as const;
const number = { type: 'number', description: 'A value.' } as const;
const vector = { type: 'array', items: number, description: 'A vector.' } as const;
const sequence = { type: 'array', items: vector, description: 'A sequence: time, channels.' } as const;
const image = { type: 'array', items: sequence, description: 'An image: height, width, channels.' } as const;
const item = { anyOf: [number, vector, sequence, image], description: 'One item.' } as const;
const rows = { type: 'array', items: item, description: 'The items themselves.' } as const;
const numbers = { type: 'array', items: number, description: 'The values themselves.' } as const;
const name = {
  anyOf: [
    { type: 'integer', description: 'A number; -1: in no group.' },
    { type: 'string', description: 'A name; empty: in no group.' },
  ],
  description: 'A group.',
} as const;
const names = { type: 'array', items: name, description: 'The groups themselves.' } as const;

/**
 * Arrays in memory: either items and their groups, or both sides of given pairs and their targets.
 * Shapes: items [rows, ...shape], groups [rows]; left [pairs, ...shape], right [pairs, ...shape], target [pairs], weight
 * [pairs]. An item is a number, a vector, a sequence or an image by its rank.
 * Items in several files, or in more than 64 MiB, that are not packed are read where they stand instead of loaded.
 * Left and right of one shape are one table, left rows first; else two.
 * Targets are binary where all are 0 or 1 (1 = same), else real; without targets every pair is the same.
 * Errors: RELATION (both families, or neither), DATA_SIZE (counts that differ), DATA_VALUE (NaN, infinite), SHAPE,
 * DATA_EMPTY, and those of reading .npy and .npz.
 */
export const arrays = definePlugin(Source, {
  name: 'arrays',
  summary: 'Arrays from .npy and .npz files or from the recipe: items with groups, or given pairs.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      items: { anyOf: [path, rows, absent], default: null, description: 'Items, one row each.' },
      groups: { anyOf: [path, names, absent], default: null, description: 'Group of each item: numbers or texts.' },
      left: { anyOf: [path, rows, absent], default: null, description: 'Left side of each pair.' },
      right: { anyOf: [path, rows, absent], default: null, description: 'Right side of each pair.' },
      target: { anyOf: [path, numbers, absent], default: null, description: 'Target of each pair; 1 = same.' },
      weight: { anyOf: [path, numbers, absent], default: null, description: 'Weight of each pair, 1 unless given.' },
    },
  },
  access: 'random',
  relations: ['groups', 'pairs'],
  create: (options) => {
    const given = (option: keyof typeof options): GivenArray | null => {
      const value: string | readonly Json[] | null = options[option];
      return value === null ? null : { option, value };
    };
    const [items, groups, left, right] = [given('items'), given('groups'), given('left'), given('right')];
    const sidesNamed = left ?? right ?? given('target') ?? given('weight');
    if (items !== null && groups !== null && sidesNamed === null) return groupedArrays(items, groups);
    const pairs = { target: given('target'), weight: given('weight') };
    if (items === null && groups === null && left !== null && right !== null)
      return pairedArrays({ left, right, ...pairs });
    return refused(Object.keys(options).filter((option) => given(option as keyof typeof options) !== null));
  },
});

/** Said when the data is looked at, as everything that is wrong with data. */
function refused(options: readonly string[]): SourceInstance {
  const named = options.length === 0 ? 'none is given' : `given are ${options.join(', ')}`;
  const tell = async (): Promise<never> =>
    fail('RELATION', `arrays takes either items and groups, or left and right (with target, weight); ${named}`);
  return { describe: tell, open: tell };
}
