// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
import { admits, type Schema } from './schema.js';

/** How a value of the wrong type would be written rightly, where that is plain: `: write [64]`; else ''. */
export function cureOf(schema: Schema, value: unknown): string {
  if (typeof value === 'string') return cureOfText(schema, value);
  if (value === null || typeof value === 'object') return '';
  if (admits(schema, String(value))) return ` without quotes around it: write "${value}"`;
  return takesListOf(schema, value) ? `: write [${value}]` : '';
}

function cureOfText(schema: Schema, text: string): string {
  const [, percent] = /^([\d.]+) ?%$/.exec(text) ?? [];
  if (percent !== undefined && admits(schema, 0.5)) return `: write ${Number(percent) / 100}`;
  if (/^\d+,\d+$/.test(text) && admits(schema, 0.5)) return `: write ${text.replace(',', '.')}`;
  const [, variable] = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(text) ?? [];
  if (variable !== undefined) return `: write "\${env.${variable}}"`;
  if (text.trim() !== '' && admits(schema, Number(text))) return ' with quotes around it';
  return takesListOf(schema, text) ? `: write [${text}]` : '';
}

/** One item without its brackets. */
function takesListOf(schema: Schema, value: unknown): boolean {
  const { items } = schema;
  return (
    admits(schema, []) &&
    schema.anyOf === undefined &&
    typeof items === 'object' &&
    !Array.isArray(items) &&
    admits(items, value)
  );
}

/** Percent where a share is asked for. */
export function shareOf(most: number | undefined, value: unknown): string {
  const isPercent = most === 1 && typeof value === 'number' && value > 2 && value <= 100; // 1.5 is no percent
  return isPercent ? `: ${value}% is written ${value / 100}` : '';
}
