import fc from 'fast-check';
import { test } from 'vitest';
import { openDecoder } from '../../plugins/sources/images/decode.js';
import { readPattern } from '../../plugins/sources/images/pattern.js';
import { png } from '../plugins/sources/images/pictures.js';
import { damaged, fuzz } from './fuzz.js';

const how = { fit: 'stretch', background: [0, 0, 0], mostPixels: 1e6 } as const;

test('any bytes are an image or a problem', async () => {
  const decoder = await openDecoder(how);
  const good = [await png(9, 7, [1, 2, 3]), await png(2, 2, [9, 9, 9, 100])];
  await fuzz('image', fc.oneof(damaged(...good), fc.constantFrom(...good)), async (bytes) => {
    await decoder.decode({ path: 'x.png', bytes }, { height: 4, width: 4, channels: 1 });
  });
});

test('any text is a pattern or a problem, and matches or does not', () => {
  const text = fc.string({ unit: fc.constantFrom('{', '}', 'a', '_', '*', '/', '.', 'é'), maxLength: 30 });
  return fuzz('pattern', fc.tuple(text, text), ([pattern, path]) => {
    const found = readPattern(pattern).match(path);
    for (const value of Object.values(found ?? {})) if (!path.includes(value)) throw new Error(value);
  });
});
