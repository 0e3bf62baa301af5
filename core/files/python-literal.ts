/** A value of the few kinds that the header of a .npy file is made of; lists and tuples are arrays. */
export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<string, Literal>;

const token = /\s*(?:([[\](){},:])|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(-?\d+)L?|(True|False|None)\b)\s*/y;
const deepest = 8;

interface Reading {
  readonly tokens: readonly string[];
  at: number;
}

/** Reads one Python literal; null (which no header is) where the text is anything else. Nothing is evaluated. */
export function parseLiteral(text: string): Literal {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return null;
    const [, sign, single, double, number, word] = match;
    tokens.push(sign ?? word ?? number ?? `'${single ?? double ?? ''}`);
  }
  const reading = { tokens, at: 0 };
  const result = value(reading, 0);
  return reading.at === tokens.length && result !== undefined ? result : null;
}

/** undefined: not a value. */
function value(reading: Reading, depth: number): Literal | undefined {
  const first = reading.tokens[reading.at++];
  if (first === undefined || depth > deepest) return undefined;
  if (first.startsWith("'")) return first.slice(1);
  if (first === 'True' || first === 'False') return first === 'True';
  if (first === 'None') return null;
  if (first === '(') return list(reading, ')', depth);
  if (first === '[') return list(reading, ']', depth);
  if (first === '{') return dictionary(reading, depth);
  return /^-?\d+$/.test(first) ? Number(first) : undefined;
}

/** A lone value in round brackets is read as a list of one, which no header has. */
function list(reading: Reading, end: string, depth: number): Literal | undefined {
  const items: Literal[] = [];
  while (reading.tokens[reading.at] !== end) {
    const item = value(reading, depth + 1);
    if (item === undefined || !separated(reading, end)) return undefined;
    items.push(item);
  }
  reading.at++;
  return items;
}

function dictionary(reading: Reading, depth: number): Literal | undefined {
  const entries = new Map<string, Literal>();
  while (reading.tokens[reading.at] !== '}') {
    const key = value(reading, depth + 1);
    if (typeof key !== 'string' || entries.has(key) || reading.tokens[reading.at++] !== ':') return undefined;
    const item = value(reading, depth + 1);
    if (item === undefined || !separated(reading, '}')) return undefined;
    entries.set(key, item);
  }
  reading.at++;
  return entries;
}

/** A comma, or the end (which stays). */
function separated(reading: Reading, end: string): boolean {
  if (reading.tokens[reading.at] !== ',') return reading.tokens[reading.at] === end;
  reading.at++;
  return true;
}
