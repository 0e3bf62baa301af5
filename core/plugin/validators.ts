/**
 * Functions that check values against a schema. Those of siamese's own schemas are written beside this file when it is
 * built, one module each, named by the schema's content: a recipe is then checked without ajv, in half the time.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileSchema, type ErrorObject } from './ajv.js';
import { dereference, type Schema } from './schema.js';

/** Fills the defaults in; `errors` are those of the last call. */
export interface Validate {
  (value: unknown): boolean;
  errors?: readonly ErrorObject[] | null;
}

const require = createRequire(import.meta.url);

/** A part of a schema, with the definitions that it may refer to. */
export function standingAlone(schema: Schema, { $defs }: Schema): Schema {
  return $defs && schema.$defs !== $defs ? { ...schema, $defs } : schema;
}

/** Where the module of a schema is written. */
export function validatorFile(schema: Schema): string {
  const digest = createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 32);
  return fileURLToPath(new URL(`validators/${digest}.cjs`, import.meta.url));
}

export function validatorOf(schema: Schema): Validate {
  const file = validatorFile(schema);
  return existsSync(file) ? (require(file) as Validate) : compileSchema(schema);
}

/** A schema and the branches of its unions, each of which is compiled by itself when one of them is to be chosen. */
export function* checkable(schema: Schema, root = schema, seen = new Set<Schema>()): Generator<Schema> {
  if (seen.has(schema)) return;
  seen.add(schema);
  if (schema === root) yield schema;
  for (const option of schema.anyOf ?? []) {
    const branch = dereference(option, root);
    yield standingAlone(branch, root);
    yield* checkable(branch, root, seen);
  }
  const { properties = {}, additionalProperties, items, prefixItems = [], $ref } = schema;
  const below = [...Object.values(properties), additionalProperties, items, ...prefixItems];
  if ($ref !== undefined) below.push(dereference(schema, root));
  for (const one of below) if (typeof one === 'object') yield* checkable(one, root, seen);
}
