const ESCAPE = '\u001b';
/** What turns the direction of a line, or ends it for some. */
const FOUND = /(?![\t\n])\p{Cc}(?:\[\d+m)?|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** The colours that are written here. */
const COLOUR = /^.\[(?:1|2|22|3[1-6]|39|90)m$/;

/**
 * Names of files, values of columns and what plugins say may hold what moves a terminal's cursor, or its title, or turns a
 * line round: that is written out, in JSON's way, so that JSON stays what it was. `coloured`: colours are kept.
 */
export function harmless(text: string, coloured: boolean): string {
  return text.replace(FOUND, (found) => {
    if (coloured && found.startsWith(ESCAPE) && COLOUR.test(found)) return found;
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}${found.slice(1)}`;
  });
}
