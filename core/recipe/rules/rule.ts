import type { Range } from '../../contract/index.js';
import { type Code, type Problem, problem, warning } from '../../problem/index.js';
import { type Draft, isGiven, placeAt, valuePlaceAt } from '../draft.js';
import { nodeAt } from '../node.js';
import { originSuffix } from '../origin.js';

/** A rule across slots. It is not asked when anything that it reads is known to be wrong. */
export interface Rule {
  readonly reads: readonly string[];
  check(draft: Draft): readonly Problem[];
}

/** A problem at a path of the recipe: at the key of a setting that nothing reads, else at the value. */
export interface Finding {
  readonly code: Code;
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

export function found({ resolving: { root } }: Draft, { code, path, message, hint }: Finding): Problem {
  const suffix = originSuffix(nodeAt(root, path.split('.'))?.origin);
  const place = code === 'UNUSED_SETTING' ? placeAt(root, path) : valuePlaceAt(root, path);
  return problem(code, message + suffix, { place, path, ...(hint === undefined ? {} : { hint }) });
}

export function questioned({ resolving: { root } }: Draft, { code, path, message, hint }: Finding): Problem {
  const suffix = originSuffix(nodeAt(root, path.split('.'))?.origin);
  return warning(code, message + suffix, {
    place: valuePlaceAt(root, path),
    path,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The path of a slot, where the recipe or the command line gives it; of a default, the path that it follows from. */
export function givenOr({ resolving: { root } }: Draft, slot: string, cause: string): string {
  return isGiven(root, slot) ? slot : cause;
}

/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `0..2`, `0 and up`, `any number`. */
export function rangeWords([low, high]: Range): string {
  const end = (value: number): string => String(Math.round(value * 1e4) / 1e4);
  if (Number.isFinite(low) && Number.isFinite(high)) return `${end(low)}..${end(high)}`;
  if (Number.isFinite(low)) return `${end(low)} and up`;
  return Number.isFinite(high) ? `up to ${end(high)}` : 'any number';
}
