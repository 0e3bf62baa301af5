import { childOf, type Entry, type Keys, type MapNode, mapNode, type Node, type ScalarNode } from './node.js';

/** Places where a bare name may stand for `{ type: name }` (for the engine: `{ name: name }`). */
const nameable = new Set([
  'engine', 'data.source', 'data.split', 'encoder', 'encoder.left', 'encoder.right', 'encoder.projection', 'distance', 'head', 'loss', 'sampler',
  'optimizer', 'train.schedule', 'evaluate.pairs', 'evaluate.threshold',
]); // biome-ignore format: a list of paths

/** What a bare name at this path is the value of, or null where none may stand. */
export function bareNameKey(path: Keys): 'type' | 'name' | null {
  const joined = path.join('.');
  return nameable.has(joined) ? (joined === 'engine' ? 'name' : 'type') : null;
}

/** Two ways to say one thing: a layer that takes one of them drops the other from what is below it. */
const eitherOr: Readonly<Record<string, readonly string[]>> = { train: ['epochs', 'steps'] };

/**
 * `over` on `base`: maps merge, everything else replaces, and a slot whose type changes drops the base's options; `steps`
 * over a base's `epochs` takes their place.
 */
export function mergeNodes(base: Node, over: Node, path: Keys = []): Node {
  if (over.kind !== 'map') return over;
  if (base.kind === 'scalar') {
    const promoted = promote(base, over, path);
    return promoted ? mergeMaps(promoted, over, path) : over;
  }
  return base.kind === 'map' && !replaces(base, over, path) ? mergeMaps(base, over, path) : over;
}

function mergeMaps(base: MapNode, over: MapNode, path: Keys): MapNode {
  const entries = new Map<string, Entry>(base.entries);
  const ways = eitherOr[path.join('.')] ?? [];
  if (ways.some((way) => over.entries.has(way))) for (const way of ways) entries.delete(way);
  for (const [key, { key: place, value }] of over.entries) {
    const before = base.entries.get(key);
    entries.set(key, { key: place, value: before ? mergeNodes(before.value, value, [...path, key]) : value });
  }
  return mapNode(entries, over.origin);
}

/** A base's bare name as a map, where the map over it only adds options. */
function promote(base: ScalarNode, over: MapNode, path: Keys): MapNode | null {
  const key = bareNameKey(path);
  if (key === null || typeof base.value !== 'string' || over.entries.has(key)) return null;
  if (path.join('.') === 'encoder' && hasTowers(over)) return null;
  return mapNode(new Map([[key, { key: null, value: base }]]), base.origin);
}

function replaces(base: MapNode, over: MapNode, path: Keys): boolean {
  const before = typeName(base);
  const after = typeName(over);
  if (before !== undefined && after !== undefined && before !== after) return true;
  if (path.join('.') !== 'encoder') return false;
  return (hasTowers(base) && after !== undefined) || (hasTowers(over) && before !== undefined);
}

function typeName(node: MapNode): unknown {
  const type = childOf(node, 'type');
  return type?.kind === 'scalar' ? type.value : undefined;
}

/** `{ left, right }` instead of one encoder. */
export function hasTowers(node: Node): boolean {
  return node.kind === 'map' && !node.entries.has('type') && (node.entries.has('left') || node.entries.has('right'));
}
