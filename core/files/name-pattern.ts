import { fail } from '../problem/index.js';

/** One character, or any number of them. */
type Part = ((character: string) => boolean) | 'many';

/** The inside of `[]`, in which only ranges mean something. */
const choice = (set: string): string => set.replaceAll(/\\(.)/gsu, '$1').replaceAll(/[\\\]^[]/g, '\\$&');

/**
 * How one name of a pattern is matched: `*`, `?`, `[abc]`, `[!abc]`, `\`. Names that begin with a dot need a pattern that does.
 * No expression of the whole: a few `*` would have it try every way to share a name out, for hours. Errors: DATA_MISSING.
 */
export function nameMatcher(segment: string): (name: string) => boolean {
  const parts = partsOf(segment);
  const hidden = segment.startsWith('.');
  return (name) => (hidden || !name.startsWith('.')) && matches(parts, [...name]);
}

function partsOf(segment: string): readonly Part[] {
  const pieces = segment.matchAll(/\\(.)|\[(!?)((?:\\.|[^\]\\])+)\]|([*?])|(.)/gsu);
  return [...pieces].map(([, escaped, not, set, wild, plain]): Part => {
    if (wild !== undefined) return wild === '*' ? 'many' : () => true;
    if (set === undefined) return (character) => character === (escaped ?? plain);
    const one = oneOf(`^[${not === '!' ? '^' : ''}${choice(set)}]$`, segment);
    return (character) => one.test(character);
  });
}

function oneOf(source: string, segment: string): RegExp {
  try {
    return new RegExp(source, 'su');
  } catch {
    return fail('DATA_MISSING', `${segment} is no pattern of file names: a range in [] runs backwards`);
  }
}

/** Where what follows a `*` does not match, that `*` takes one more: of several only the last need be tried again. */
function matches(parts: readonly Part[], name: readonly string[]): boolean {
  let [part, at] = [0, 0];
  let retry: { readonly part: number; at: number } | null = null;
  while (at < name.length) {
    const one = parts[part];
    if (one === 'many') {
      retry = { part: ++part, at };
    } else if (one?.(name[at]!)) {
      part++;
      at++;
    } else if (retry) {
      part = retry.part;
      at = ++retry.at;
    } else return false;
  }
  return parts.slice(part).every((one) => one === 'many');
}
