import { fail } from '../problem/index.js';
import { type ByteSource, failSize } from './bytes.js';
import { shown } from './errno.js';

/** One line without its ending, and the byte at which the next begins. */
export interface Line {
  readonly text: string;
  readonly next: number;
}

export const longestLine = 2 ** 24;
const chunk = 65536;

/**
 * The lines of a UTF-8 file from a byte on that begins a line: `\n` or `\r\n` ends one, the last needs no ending, a byte
 * order mark at the beginning is left out. Memory: one line and one chunk.
 * Errors: DATA_FORMAT (a line longer than `limit` bytes, bytes that are not UTF-8).
 */
export async function* readLines(source: ByteSource, from: number, limit = longestLine): AsyncGenerator<Line> {
  let held: Uint8Array[] = []; // the beginning of a line whose end has not come yet
  let start = from + (from === 0 ? await markLength(source) : 0);
  let at = start;
  while (at < source.size) {
    const bytes = await source.read(at, chunk);
    if (bytes.length === 0) failSize(source, { expected: source.size, found: at, what: 'its size when it was opened' });
    let begin = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, begin)) {
      held.push(bytes.subarray(begin, end));
      begin = end + 1;
      if (at + end - start > limit) failLong(source, start, limit);
      yield { text: decode(source, held, start), next: at + begin };
      start = at + begin;
      held = [];
    }
    if (begin < bytes.length) held.push(bytes.subarray(begin));
    at += bytes.length;
    if (at - start > limit) failLong(source, start, limit);
  }
  if (held.length > 0) yield { text: decode(source, held, start), next: at };
}

async function markLength(source: ByteSource): Promise<number> {
  const [first, second, third] = await source.read(0, 3);
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    fail('DATA_FORMAT', `${shown(source.path)} is UTF-16: save it as UTF-8`);
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

function failLong(source: ByteSource, start: number, limit: number): never {
  return fail('DATA_FORMAT', `${shown(source.path)}: the line at byte ${start} is longer than ${limit} bytes`);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(source: ByteSource, pieces: readonly Uint8Array[], start: number): string {
  const bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  try {
    return utf8.decode(bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes);
  } catch {
    return fail('DATA_FORMAT', `${shown(source.path)}: the line at byte ${start} is not UTF-8`);
  }
}
