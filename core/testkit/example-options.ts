/** Options made up from a schema: values for what is required, and choices beside the defaults. */
import type { Json } from '../contract/index.js';
import type { OptionSchema, OptionsSchema } from '../plugin/options.js';
import type { Schema } from '../plugin/schema.js';

type Given = Readonly<Record<string, Json>>;

/** Those given, and a value for each that is required and not given. */
export function exampleOptions({ properties, required = [] }: OptionsSchema, given: Given = {}): Given {
  const made = required
    .filter((name) => !(name in given) && name in properties)
    .map((name) => [name, exampleOf(properties[name]!)] as const);
  return { ...Object.fromEntries(made), ...given };
}

/** A value that the schema allows; its default where it has one. */
export function exampleOf(option: OptionSchema): Json {
  const schema = option as Schema;
  if (schema.default !== undefined) return schema.default as Json;
  if (schema.enum) return schema.enum[0] as Json;
  if (schema.anyOf) return exampleOf(schema.anyOf[0] as OptionSchema);
  const type = [schema.type].flat().find((name) => name !== 'null') ?? 'null';
  if (type === 'number' || type === 'integer') return exampleNumber(schema, type === 'integer');
  if (type === 'boolean') return false;
  if (type === 'string') return exampleText(schema);
  if (type === 'array') {
    return Array.from({ length: schema.minItems ?? 1 }, () => exampleOf(schema.items as OptionSchema));
  }
  if (type === 'object') return exampleOptions(schema as unknown as OptionsSchema);
  return null;
}

function exampleText({ format }: Schema): string {
  if (format === 'uri') return 'https://example.org/';
  return format === 'path' ? 'example.data' : 'example';
}

/** 1 where it is allowed, else what lies within the bounds. */
function exampleNumber(schema: Schema, whole: boolean): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const low = Math.max(minimum ?? -Infinity, exclusiveMinimum ?? -Infinity);
  const high = Math.min(maximum ?? Infinity, exclusiveMaximum ?? Infinity);
  const fits = (value: number): boolean =>
    value >= low && value <= high && value !== exclusiveMinimum && value !== exclusiveMaximum;
  const inside =
    Number.isFinite(low) && Number.isFinite(high) ? (low + high) / 2 : Number.isFinite(low) ? low + 1 : high - 1;
  const candidates = multipleOf
    ? [multipleOf * Math.ceil(Number.isFinite(low) ? low / multipleOf + 1 : 1)]
    : [1, inside];
  const rounded = candidates.map((value) => (whole && !multipleOf ? Math.ceil(value) : value));
  return rounded.find(fits) ?? rounded[0]!;
}

/** Other choices: of each option, one at a time, every value that is listed and both booleans. */
export function variants({ properties }: OptionsSchema, base: Given): readonly Given[] {
  return Object.entries(properties).flatMap(([name, option]) =>
    choicesOf(option as Schema)
      .filter((choice) => choice !== base[name])
      .map((choice) => ({ ...base, [name]: choice })),
  );
}

function choicesOf(schema: Schema): readonly Json[] {
  if (schema.enum) return schema.enum as readonly Json[];
  if (schema.type === 'boolean') return [true, false];
  return (schema.anyOf ?? []).flatMap((branch) => (branch.enum ? (branch.enum as readonly Json[]) : []));
}
