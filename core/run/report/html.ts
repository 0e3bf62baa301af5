/** Markup that is safe to stand in a page: only `html` and `raw` make it. */
export interface Markup {
  readonly markup: string;
}
type Part = string | number | null | Markup | readonly Part[];

/** Markup of a template whose values are escaped, unless they are markup themselves. null is nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return raw(texts.reduce((all, text, i) => all + written(parts[i - 1] ?? null) + text));
}

/** Text that is markup already. Never of data or a recipe. */
export const raw = (markup: string): Markup => ({ markup });

function written(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  if ('markup' in part) return part.markup;
  return part.map(written).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Without the control characters that no document may hold. */
export const printable = (text: string): string => text.replace(/(?![\t\n\r])\p{Cc}/gu, '\uFFFD');

/** Also printable. */
export const escapeText = (text: string): string => printable(text.replace(/[&<>"']/g, (one) => entities[one]!));
