/** What keeps a hostile YAML text from costing anything before it is a tree: the parser has no bounds of its own. */
import { type CST, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { DEEPEST, MOST_NODES } from './limits.js';

/** Keys and values, and the levels that they are nested: what is deeper by far would overflow the composer's stack. */
const MOST_TOKENS = 2 * MOST_NODES;
const DEEPEST_TOKEN = 8 * DEEPEST;

/** Tokens as they come, until there are too many. `tooMany` throws. */
export function* limitTokens(tokens: Iterable<CST.Token>, tooMany: () => never): Generator<CST.Token> {
  let count = 0;
  for (const token of tokens) {
    const waiting: { token: CST.Token; depth: number }[] = [{ token, depth: 0 }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (++count > MOST_TOKENS) tooMany();
      if (next.depth > DEEPEST_TOKEN) break; // told as too deep, at its place, once it is composed
      for (const inner of innerTokens(next.token)) waiting.push({ token: inner, depth: next.depth + 1 });
    }
    yield token;
  }
}

function innerTokens(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => [
    ...(item.key ? [item.key] : []),
    ...(item.value ? [item.value] : []),
    ...item.start.filter(({ type }) => type === 'comma'), // of an empty value
  ]);
}

/** Keys that a map has already, as errors of the parser's own form. */
export function duplicateKeys(contents: unknown): {
  readonly code: 'DUPLICATE_KEY';
  readonly message: string;
  readonly pos: [number, number];
  readonly first: number;
}[] {
  const found: { readonly pos: [number, number]; readonly first: number }[] = [];
  const waiting = [contents as ParsedNode | null];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isSeq(node)) waiting.push(...(node.items as ParsedNode[]));
    if (!isMap(node)) continue;
    const keys = new Map<unknown, number>();
    for (const { key, value } of node.items) {
      if (isScalar(key)) {
        const first = keys.get(key.value);
        if (first === undefined) keys.set(key.value, key.range[0]);
        else found.push({ pos: [key.range[0], key.range[0] + 1], first });
      }
      waiting.push(value);
    }
  }
  return found
    .sort((a, b) => a.pos[0] - b.pos[0])
    .map((one) => ({ code: 'DUPLICATE_KEY' as const, message: 'Map keys must be unique', ...one }));
}
