// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
// biome-ignore-all lint/suspicious/noThenProperty: a keyword of JSON Schema
import type { Schema } from '../plugin/schema.js';

/** Text such as `${vars.epochs}`: before a recipe is composed it may stand for any value. */
export const interpolated: Schema = {
  type: 'string',
  pattern: '\\$\\{',
  description: '${vars.name}, ${env.NAME} or ${env.NAME:fallback}.',
};
const reference: Schema = { $ref: '#/$defs/interpolated' };

/** The schema, with `${...}` allowed at every depth where text is no value anyway. Maps stay maps. */
export function interpolable(schema: Schema): Schema {
  const inner = inside(schema);
  if (schema.anyOf) return { ...inner, anyOf: [...inner.anyOf!, reference] };
  if (!isLeaf(schema)) return inner;
  const { description, ...rest } = inner;
  const preset = 'default' in rest ? { default: rest.default } : {};
  return { ...(description === undefined ? {} : { description }), ...preset, anyOf: [rest, reference] };
}

/** A value that `${...}` does not fit by itself: neither a map, nor free text, nor described elsewhere. */
function isLeaf({ $ref, if: condition, type, enum: choices, pattern, const: only }: Schema): boolean {
  if ($ref !== undefined || condition !== undefined || only !== undefined) return false;
  const types = [type ?? []].flat();
  if (types.includes('object') || (types.length === 0 && !choices)) return false;
  return !types.includes('string') || choices !== undefined || pattern !== undefined;
}

function inside(schema: Schema): Schema {
  const { properties, additionalProperties, items, anyOf, then, else: otherwise } = schema;
  const all = (map: NonNullable<Schema['properties']>): NonNullable<Schema['properties']> =>
    Object.fromEntries(
      Object.entries(map).map(([name, one]) => [name, typeof one === 'object' ? interpolable(one) : one]),
    );
  return {
    ...schema,
    ...(properties ? { properties: all(properties) } : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: interpolable(additionalProperties) } : {}),
    ...(items ? { items: interpolable(items) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(inside) } : {}),
    ...(typeof then === 'object' ? { then: inside(then) } : {}),
    ...(typeof otherwise === 'object' ? { else: inside(otherwise) } : {}),
  };
}
