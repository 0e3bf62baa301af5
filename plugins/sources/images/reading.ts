import type { Files } from '../../../core/contract/index.js';
import { shown } from '../../../core/files/index.js';
import { fail, ProblemError } from '../../../core/problem/index.js';
import type { EncodedImage } from './decode.js';
import type { ListedImage } from './listing.js';

/** Images in flight: the decoder works beside JavaScript. */
const AT_ONCE = 4;
/** A file that is larger is no image that anybody would train on. */
const LARGEST_FILE = 512 * 2 ** 20;

/** Calls `act` for each image, a few at a time; results in the images' order, and the first error in it. */
async function inOrder<T>(
  images: readonly ListedImage[],
  act: (image: ListedImage, i: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let start = 0; start < images.length; start += AT_ONCE) {
    const settled = await Promise.allSettled(
      images.slice(start, start + AT_ONCE).map((image, i) => act(image, start + i)),
    );
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}

/** The bytes of one file, which is closed again. Errors: DATA_MISSING, DATA_SIZE. */
export async function readImage(files: Files, { path }: ListedImage): Promise<EncodedImage> {
  const view = await files.open(path);
  try {
    if (view.size > LARGEST_FILE)
      fail('DATA_SIZE', `${shown(path)} has ${view.size} bytes; at most ${LARGEST_FILE} are read`);
    return { path, bytes: await view.read(0, view.size) };
  } finally {
    await view.close();
  }
}

/** What an image gives, or why it cannot be read. */
export type Outcome<T> = { readonly image: ListedImage } & ({ readonly value: T } | { readonly problem: ProblemError });

/** Reads every image; under `skip` one that does not decode is an outcome, else an error that says how to leave it out. */
export async function readAll<T>(
  images: readonly ListedImage[],
  how: { readonly files: Files; readonly unreadable: 'error' | 'skip' },
  read: (image: EncodedImage, i: number) => Promise<T>,
): Promise<readonly Outcome<T>[]> {
  return inOrder(images, async (image, i): Promise<Outcome<T>> => {
    const encoded = await readImage(how.files, image);
    try {
      return { image, value: await read(encoded, i) };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (how.unreadable === 'skip') return { image, problem: error };
      const problems = error.problems.map((one) => ({ ...one, hint: one.hint ?? HINT }));
      throw new ProblemError(problems);
    }
  });
}

const HINT = '`unreadable: skip` (of data.source) leaves such images out, and counts them';
