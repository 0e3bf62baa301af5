import { childOf, type Node } from './node.js';
import type { Origin } from './types.js';

export interface Recording {
  /** The node that gave the value, if one did. */
  readonly node: Node | undefined;
  readonly path: string;
  /** Why a value that no node gave is what it is. */
  readonly reason: string;
  readonly origins: Map<string, Origin>;
}

/** Notes where a value and everything in it came from. */
export function recordOrigins(value: unknown, { node, path, reason, origins }: Recording): void {
  origins.set(path, node?.origin ?? { from: 'default', reason });
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    const isShort = node?.kind === 'scalar' && ['type', 'value'].includes(key); // `pairs: all`, `threshold: 0.5`
    recordOrigins(inner, { node: isShort ? node : childOf(node, key), path: `${path}.${key}`, reason, origins });
  }
}
