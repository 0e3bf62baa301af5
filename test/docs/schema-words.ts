import { dereference, type Schema } from '../../core/plugin/schema.js';

/** What a schema takes, for a table: `number > 0`, `one of a, b`. */
export function typeWords(schema: Schema, root: Schema): string {
  const here = dereference(schema, root);
  const choices = here.enum ?? ('const' in here ? [here.const] : null);
  if (choices) return choices.map((one) => `\`${String(one)}\``).join(', ');
  if (here.anyOf) return here.anyOf.map((one) => typeWords(one, root)).join(' or ');
  if (here.if && here.else)
    return [here.then, here.else]
      .flatMap((one) => (typeof one === 'object' ? [typeWords(one, root)] : []))
      .join(' or ');
  const types = [here.type ?? []].flat().map((type) => words[type] ?? type);
  if (types.length === 0) return 'anything';
  if (here.type === 'array' && here.items) return `list of ${typeWords(here.items, root)}`;
  return [types.join(' or '), ...boundsOf(here)].join(' ');
}

const words: Readonly<Record<string, string>> = {
  integer: 'whole number', string: 'text', boolean: '`true` or `false`', array: 'list', object: 'map', null: '`null`', number: 'number',
}; // biome-ignore format: a table

function boundsOf(schema: Schema): string[] {
  const signs = { exclusiveMinimum: '>', minimum: '>=', exclusiveMaximum: '<', maximum: '<=' } as const;
  return Object.entries(signs).flatMap(([key, sign]) => {
    const bound = schema[key as keyof typeof signs];
    return bound === undefined ? [] : [`${sign} ${bound}`];
  });
}

export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
export const defaultWords = (schema: Schema, required: boolean): string =>
  required ? 'required' : 'default' in schema ? `\`${JSON.stringify(schema.default)}\`` : 'see description';
