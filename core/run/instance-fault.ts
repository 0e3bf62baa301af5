import type { Kind } from '../contract/index.js';
import { methodsOf } from '../plugin/methods.js';

/** What is wrong with what the factory of a plugin returned, in words that follow its name; null: it can be used. */
export function instanceFault(kind: Kind, instance: unknown): string | null {
  if (kind === 'encoder') return null; // looked at where it is built
  if (instance === undefined || instance === null) return `returned nothing from create: it must return a ${kind}`;
  const has = instance as Readonly<Record<string, unknown>>;
  const missing = methodsOf[kind].find((name) => typeof has[name] !== 'function');
  if (missing !== undefined) return `has no function ${missing}: what create returns must have one`;
  if (kind !== 'split' || (Number.isInteger(has['folds']) && (has['folds'] as number) >= 1)) return null;
  return `has ${JSON.stringify(has['folds']) ?? 'no'} folds: it must be an integer from 1 up`;
}
