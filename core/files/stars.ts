/**
 * Tells whether a text is what a pattern means, in which `*` is any text. Parts are looked for from left to right, the last
 * one at the end: nothing is tried twice, where an expression would try every way to share the text out.
 */
export function starMatcher(pattern: string): (text: string) => boolean {
  const [first, ...middle] = pattern.split('*') as [string, ...string[]];
  const last = middle.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}
