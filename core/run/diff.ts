import type { Plan } from '../recipe/types.js';

/** A value that two plans do not share; undefined where one has none. */
export interface Difference {
  readonly path: string;
  readonly a: unknown;
  readonly b: unknown;
}

export type Meaning = 'data' | 'geometry' | 'optimisation' | 'evaluation' | 'the rest';

/** What a difference is about, by its path: the first that fits. */
const meanings: readonly (readonly [pattern: RegExp, meaning: Meaning])[] = [
  [/^data\b/, 'data'],
  [/^(encoder|projection|distance|head|loss)\b/, 'geometry'],
  [/^(seed|sampler|optimizer|scales|initialize|engine)\b|^train\.(?!monitor|checkpoint)/, 'optimisation'],
  [/^(evaluate|train\.monitor)\b/, 'evaluation'],
];
export const meaningOf = (path: string): Meaning => meanings.find(([pattern]) => pattern.test(path))?.[1] ?? 'the rest';

/** Whether a run cannot go on with the other value: only where it computes, what follows it, and its checkpoints may differ. */
export const forbidsResume = (path: string): boolean => !/^(engine\.name|trackers|train\.checkpoint)(\.|$)/.test(path);

/** Whether weights of one may not fit the other: shapes and names follow from these. */
export const changesWeights = (path: string): boolean =>
  /^(encoder|projection|distance|head|loss|data\.fields|data\.source)\b/.test(path) &&
  !/\.(weight|margin|dropout|normalize)$/.test(path);

/**
 * Where two plans differ in what they mean: defaults count as if they were written, order of keys and how a slot is
 * written do not. A slot of another type is one difference, since its options are others.
 */
export function differences(a: unknown, b: unknown, path = ''): Difference[] {
  if (isMap(a) && isMap(b)) {
    if (a['type'] !== b['type']) return [{ path, a: brief(a), b: brief(b) }];
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differences(a[key], b[key], step(path, key)));
  }
  if (Array.isArray(a) && Array.isArray(b) && (a.some(isMap) || b.some(isMap))) {
    const most = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i);
    return most.flatMap((i) => differences(a[i], b[i], step(path, String(i))));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a: brief(a), b: brief(b) }];
}

/** A path of the plan as recipes write it: a single loss stands by itself. */
export const inRecipe = (path: string, { loss }: Pick<Plan, 'loss'>): string =>
  loss.length === 1 ? path.replace(/^loss\.0(?=\.|$)/, 'loss') : path;

/** As a recipe writes it: options and the plugin itself are not told apart. */
const step = (path: string, key: string): string =>
  key === 'options' || key === 'parts' || key === 'use' ? path : path === '' ? key : `${path}.${key}`;

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A plugin by its name and options. */
function brief(value: unknown): unknown {
  if (!isMap(value) || typeof value['type'] !== 'string') return value;
  const { type, options } = value;
  return { type, ...(isMap(options) ? options : {}) };
}
