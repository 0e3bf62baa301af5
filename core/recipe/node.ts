import type { Place } from '../problem/index.js';
import type { Origin } from './types.js';

/** A recipe as a tree: plain values that know where they came from. */
export type Node = ScalarNode | ListNode | MapNode;
export type Scalar = string | number | boolean | null;
export type Keys = readonly (string | number)[];
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly origin: Origin;
}
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly origin: Origin;
}
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly origin: Origin;
}
export interface Entry {
  /** Place of the key; null when no file holds it. */
  readonly key: Place | null;
  readonly value: Node;
}

export const scalarNode = (value: Scalar, origin: Origin): ScalarNode => ({ kind: 'scalar', value, origin });
export const listNode = (items: readonly Node[], origin: Origin): ListNode => ({ kind: 'list', items, origin });
export const mapNode = (entries: ReadonlyMap<string, Entry>, origin: Origin): MapNode => ({
  kind: 'map',
  entries,
  origin,
});

/** The node at a path, or undefined. */
export function nodeAt(node: Node | undefined, path: Keys): Node | undefined {
  return path.reduce<Node | undefined>((here, key) => childOf(here, key), node);
}

export function childOf(node: Node | undefined, key: string | number): Node | undefined {
  if (node?.kind === 'map') return node.entries.get(String(key))?.value;
  return node?.kind === 'list' ? node.items[Number(key)] : undefined;
}

/** Place of the key under which the node at a path stands; for what has no key, of the node. */
export function keyPlace(root: Node, path: Keys): Place | null {
  const parent = nodeAt(root, path.slice(0, -1));
  const key = path.at(-1);
  const own = parent?.kind === 'map' && key !== undefined ? parent.entries.get(String(key))?.key : null;
  const node = nodeAt(root, path);
  return own ?? (node ? placeOf(node.origin) : null);
}

/** The place in a file, where there is one. */
export function placeOf(origin: Origin): Place | null {
  return 'place' in origin ? origin.place : null;
}

/** The tree without its origins. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  const plain: Record<string, unknown> = {};
  for (const [key, { value }] of node.entries) {
    Object.defineProperty(plain, key, { value: plainOf(value), enumerable: true, writable: true, configurable: true }); // `__proto__` is a key like any other
  }
  return plain;
}

/** The tree with each scalar replaced. */
export function mapScalars(node: Node, change: (scalar: ScalarNode, path: Keys) => Node, path: Keys = []): Node {
  if (node.kind === 'scalar') return change(node, path);
  if (node.kind === 'list') {
    return listNode(
      node.items.map((item, i) => mapScalars(item, change, [...path, i])),
      node.origin,
    );
  }
  const entries = [...node.entries].map(
    ([key, entry]) => [key, { ...entry, value: mapScalars(entry.value, change, [...path, key]) }] as const,
  );
  return mapNode(new Map(entries), node.origin);
}

/** Calls for every node, parents first. */
export function walk(node: Node, visit: (node: Node, path: Keys) => void, path: Keys = []): void {
  visit(node, path);
  if (node.kind === 'list') for (const [i, item] of node.items.entries()) walk(item, visit, [...path, i]);
  if (node.kind === 'map') for (const [key, entry] of node.entries) walk(entry.value, visit, [...path, key]);
}
