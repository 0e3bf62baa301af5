import type { Json } from '../core/contract/index.js';

/** What a stranger, or a fault, may make of a file of JSON: any of its values another, or gone. */
export type Keys = readonly string[];
/** Of a value and of all below it. */
export function* pathsIn(value: Json, at: Keys = []): Generator<Keys> {
  yield at;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, below] of Object.entries(value)) yield* pathsIn(below, [...at, key]);
}

/** A copy with another value there; undefined: with none. */
export function changed(value: Json, [key, ...rest]: Keys, to: Json | undefined): Json | undefined {
  if (key === undefined) return to;
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  const all = entries.map(([name, one]) => [name, name === key ? changed(one, rest, to) : one] as const);
  const left = all.filter(([, one]) => one !== undefined) as readonly (readonly [string, Json])[];
  return Array.isArray(value) ? left.map(([, one]) => one) : Object.fromEntries(left);
}
