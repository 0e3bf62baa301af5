/** How texts become tokens. Texts are normalised (NFC), so that one character is one, however it was typed. */
const splitters = {
  /** Unicode code points, case and spaces kept. */
  characters: (text: string): Iterable<string> => text.normalize('NFC'),
  /** Runs of letters, marks and digits, an apostrophe inside kept; in lower case. Punctuation is left out. */
  words: (text: string): Iterable<string> => text.normalize('NFC').toLowerCase().match(WORD) ?? [],
};
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu;

export function tokensOf(text: string, by: 'characters' | 'words'): Iterable<string> {
  return splitters[by](text);
}
