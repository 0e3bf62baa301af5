/** The only home of ajv: schemas become functions, here or when siamese is built. */
import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { type Schema, undecided } from './schema.js';

export type { ErrorObject };

// loaded where a schema has no function yet, and at once: checking is synchronous
const require = createRequire(import.meta.url);

function create(source: boolean): Ajv2020 {
  const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const { default: addFormats } = require('ajv-formats') as typeof import('ajv-formats');
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    strictSchema: false, // defaults below `anyOf` are filled by `fillBranches`
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    validateFormats: true,
    validateSchema: false, // costs more than all else here; the recipe's schema is checked by a test, a plugin's by ours
    messages: false, // ours are in other words
    code: { source, optimize: source }, // optimizing what is compiled takes longer than running it a thousand times
  });
  addFormats(ajv, ['uri', 'regex']);
  ajv.addFormat('path', /^[^\0]+$/);
  ajv.addFormat('column', /^[^\0]+$/);
  return ajv;
}

let ours: Ajv2020 | null = null;

export function compileSchema(schema: Schema): ValidateFunction {
  ours ??= create(false).addKeyword({
    keyword: 'everyPropertyDefaultsOrIsRequired',
    type: 'object',
    schemaType: 'boolean',
    validate: (_on: boolean, value: Schema) => undecided(value).length === 0,
  });
  return ours.compile(schema);
}

/** The same function as the text of a CommonJS module. */
export function moduleOf(schema: Schema): string {
  const { default: codeOf } = require('ajv/dist/standalone') as typeof import('ajv/dist/standalone/index.js');
  const writing = create(true);
  return codeOf(writing, writing.compile(schema));
}
