/** Options that say which columns are an item, or which file holds records by their keys. */
import { rowOptions } from './rows/open.js';

export const selector = (name: string) =>
  ({
    anyOf: [
      { type: 'string', description: 'A column, or a pattern with one star.' }, // `column` would say that it is no input
      {
        type: 'array',
        items: { type: 'string', format: 'column', description: 'A column or a pattern.' },
        minItems: 1,
        description: 'Several columns.',
      },
    ],
    description: `Columns of the ${name} item: a name, a list of names, or a pattern such as ${name}_*.`,
  }) as const;

/** A table of records, each named by its key. */
export const records = {
  type: 'object',
  additionalProperties: false,
  required: ['path', 'key'],
  properties: {
    ...rowOptions,
    key: { type: 'string', format: 'column', description: 'Column that names each row; each name stands once.' },
  },
} as const;
