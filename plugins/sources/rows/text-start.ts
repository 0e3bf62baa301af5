import { fail } from '../../../core/problem/index.js';
import type { Reading } from './window.js';

/** Where the text begins: behind a byte order mark. Errors: DATA_FORMAT for what is plainly no UTF-8 text. */
export async function textStart({ view, file }: Reading): Promise<number> {
  const [first, second, third] = await view.read(0, Math.min(3, view.size));
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    fail('DATA_FORMAT', `${file} is UTF-16: save it as UTF-8`);
  if (first === 0x1f && second === 0x8b) fail('DATA_FORMAT', `${file} is compressed by gzip: unpack it first`);
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}
