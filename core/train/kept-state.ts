import type { Json } from '../contract/index.js';
import { fail } from '../problem/index.js';

/**
 * What a plugin is to find again when a run goes on, as a checkpoint holds it.
 * Errors: PLUGIN_FAILED, where JSON would lose some of it: the run would go on as another one.
 */
export function keptState(name: string, state: unknown): Json {
  const lost = lostIn(state, '', 0);
  if (lost === null) return state as Json;
  const holds = 'null, true, false, text, finite numbers, and lists and plain maps of these';
  return fail('PLUGIN_FAILED', `${name} gave a state that no checkpoint can hold: ${lost}. It holds ${holds}`);
}

/** Deeper than any state is. */
const DEEPEST = 64;

function lostIn(value: unknown, path: string, depth: number): string | null {
  const here = path === '' ? 'it' : `its ${path}`;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : `${here} is ${value}`;
  if (typeof value !== 'object') return `${here} is ${value === undefined ? 'undefined' : `a ${typeof value}`}`;
  if (depth >= DEEPEST) return `${here.slice(0, 40)}... goes in a circle`;
  if (!Array.isArray(value) && !isPlain(value)) return `${here} is a ${value.constructor?.name ?? 'special object'}`;
  for (const [key, one] of Object.entries(value)) {
    if (one === undefined && !Array.isArray(value)) continue; // reads the same where the key is absent
    const lost = lostIn(one, path === '' ? key : `${path}.${key}`, depth + 1);
    if (lost !== null) return lost;
  }
  return null;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null; // of another realm, too
}
