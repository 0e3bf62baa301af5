import { type MapNode, mapNode, nodeAt, plainOf } from './node.js';
import { originWords } from './origin.js';
import { besideOrigins, leavesOf, shownValue } from './print.js';

/** What a recipe says that planning uses up, as it was written: its `extends`, and the `vars` of all its layers. */
export function spentOf(own: MapNode, composed: MapNode): MapNode {
  const entries = [['extends', own.entries.get('extends')] as const, ['vars', composed.entries.get('vars')] as const];
  return mapNode(new Map(entries.flatMap(([key, entry]) => (entry ? [[key, entry] as const] : []))), own.origin);
}

/** Where it says something at a path: what, from where, and lines of what is in it. */
export function spentAt(
  spent: MapNode,
  path: string,
): { readonly value: unknown; readonly origin: string; readonly inside: readonly string[] } | null {
  const node = nodeAt(spent, path.split('.'));
  if (!node) return null;
  const value = plainOf(node);
  const lines = leavesOf(value, path).map(([leaf, inner]) => {
    const { origin } = nodeAt(spent, leaf.split('.')) ?? node;
    return [`${leaf} = ${shownValue(inner)}`, originWords(origin)] as const;
  });
  return { value, origin: originWords(node.origin), inside: node.kind === 'map' ? besideOrigins(lines) : [] };
}
