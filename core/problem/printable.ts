/** Control characters, those that turn the direction of what follows, and those that nobody sees: none of them prints. */
const UNPRINTABLE =
  /(?!\t)\p{Cc}|[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/**
 * Text of a stranger as one line that shows what it holds, and does nothing to a terminal. Each character becomes one mark,
 * so that columns stay.
 */
export const printable = (text: string): string => text.replace(UNPRINTABLE, ({ length }) => '\u00b7'.repeat(length));
