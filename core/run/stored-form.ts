import { check, type Mistake } from '../plugin/check.js';
import { readOwnJson } from '../plugin/home.js';
import type { Schema } from '../plugin/schema.js';
import { fail } from '../problem/index.js';
import { shownFile } from '../problem/render.js';

const schemas = new Map<string, Schema>();

/**
 * A file of a run folder has the form that siamese writes (`schemas/plan.schema.json`, `schemas/model.schema.json`); keys
 * that another siamese wrote beside it are left alone.
 * Errors: RUN_FOLDER, naming the first value that has not.
 */
export function requireForm(what: 'plan' | 'model', value: unknown, path: string): void {
  if (isDeep(value, DEEPEST)) fail('RUN_FOLDER', `${shownFile(path)} is damaged: it is nested too deeply`);
  const file = `schemas/${what}.schema.json`;
  const schema = schemas.get(file) ?? (readOwnJson(file) as Schema);
  schemas.set(file, schema);
  refuseFirst(check(schema, value).mistakes, path, '');
}

/** Far deeper than any plan is, and far from where a walk through it would end. */
const DEEPEST = 100;
const isDeep = (value: unknown, left: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (left === 0 || Object.values(value).some((one) => isDeep(one, left - 1)));

/** Errors: RUN_FOLDER, where there is a mistake. `from`: the path of what was checked. */
export function refuseFirst([mistake]: readonly Mistake[], path: string, from: string): void {
  if (!mistake) return;
  const at = [...(from === '' ? [] : [from]), ...mistake.at, ...(mistake.kind === 'missing' ? [mistake.name!] : [])];
  const what = mistake.kind === 'missing' ? 'is missing' : mistake.words;
  fail('RUN_FOLDER', `${shownFile(path)} is damaged: ${at.join('.') || 'it'} ${what}`);
}
