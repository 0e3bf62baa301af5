import type { Json } from '../../core/contract/index.js';

/** Longest that every MLflow server takes. */
const LONGEST = 500;

/** A plan as MLflow's parameters: `train.epochs`, `sampler.options.positives`; lists as JSON. */
export function paramsOf(plan: Json): readonly { readonly key: string; readonly value: string }[] {
  return flatten(plan, '').map(([key, value]) => ({ key: nameOf(key), value: value.slice(0, LONGEST) }));
}

function flatten(value: Json, path: string): [string, string][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, below]) => flatten(below as Json, path === '' ? key : `${path}.${key}`));
}

/** What MLflow allows in a name. */
const nameOf = (key: string): string => key.replace(/[^\w\-. /]/g, '_').slice(0, 250);
