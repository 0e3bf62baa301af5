import { admits, type Schema } from '../plugin/schema.js';

/** Columns that a plugin's options name in options of format `column`, also in options inside options. */
export function columnsIn(schema: Schema, value: unknown): readonly string[] {
  const own = schema.anyOf?.find((one) => admits(one, value)) ?? schema;
  if (typeof value === 'string') return own.format === 'column' ? [value] : [];
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const inner = own.properties ?? {};
  return Object.entries(value).flatMap(([name, one]) =>
    typeof inner[name] === 'object' ? columnsIn(inner[name], one) : [],
  );
}
