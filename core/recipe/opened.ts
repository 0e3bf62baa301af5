/** Places of brackets and quotes that are opened and never closed: the parser tells only where it noticed. */

/** Offset of the innermost `[`, `{` or quote that is still open at an offset; null where none is. */
export function stillOpen(text: string, until: number): number | null {
  const open: number[] = [];
  for (let at = 0; at < until; at++) {
    const char = text[at]!;
    if (char === '#' && /[\s]|^$/.test(text[at - 1] ?? '')) at = endOfLine(text, at);
    else if (isQuote(text, at)) {
      const end = endOfQuote(text, at);
      if (end < 0 || end >= until) return at;
      at = end;
    } else if (char === '[' || char === '{') open.push(at);
    else if (char === ']' || char === '}') open.pop();
  }
  return open.at(-1) ?? null;
}

/** A quote opens a value only where a value may begin. */
const isQuote = (text: string, at: number): boolean =>
  /["']/.test(text[at]!) && /(^|[:,[{\s-])\s*$/.test(text.slice(Math.max(0, at - 8), at));

function endOfQuote(text: string, at: number): number {
  const quote = text[at]!;
  for (let end = at + 1; end < text.length; end++) {
    if (quote === '"' && text[end] === '\\') end++;
    else if (quote === "'" && text[end] === quote && text[end + 1] === quote) end++;
    else if (text[end] === quote) return end;
  }
  return -1;
}

const endOfLine = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};
