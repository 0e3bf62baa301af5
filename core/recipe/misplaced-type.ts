import type { Problem } from '../problem/index.js';
import { type MapNode, nodeAt, plainOf } from './node.js';

/** A plugin's name that stands where an option would: as the key of its options, or under another word than type. */
export function typed(one: Problem, root: MapNode): Problem {
  if (one.code !== 'KEY_MISSING' || !one.path?.endsWith('.type')) return one;
  const node = nodeAt(root, one.path.split('.').slice(0, -1));
  const given = Object.entries(node ? (plainOf(node) as object) : {}) as [string, unknown][];
  const named = given.find(([key, value]) => otherTypes.has(key) && typeof value === 'string');
  const [[key, value] = ['', null]] = given;
  if (named) return { ...one, hint: `Write type: ${named[1]} instead of ${named[0]}: ${named[1]}` };
  const nested = given.length === 1 && (value === null || (typeof value === 'object' && !Array.isArray(value)));
  if (!nested) return one;
  const first = Object.entries(value ?? {}).map(
    ([option, of]) => `, ${option}: ${typeof of === 'object' ? '...' : of}`,
  );
  return { ...one, hint: `Write { type: ${key}${first.join('')} }: the options of a plugin stand beside its name.` };
}
const otherTypes = new Set(['name', 'kind', 'class', 'class_name', 'className', '_target_', 'id', 'plugin']);
