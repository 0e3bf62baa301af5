/** Recipes for folders of images. */
import { dirname, relative, resolve } from 'node:path';
import type { DataDescription } from '../../contract/index.js';
import { escapeGlob, openFiles } from '../../files/index.js';
import { fail, type Problem, ProblemError } from '../../problem/index.js';
import { openPlugin } from '../case/plugins.js';
import {
  byGroups,
  images,
  margin,
  type Suggesting,
  type Suggestion,
  splitsOfGroups,
  splitsOfItems,
  within,
} from './parts.js';

/** Sides of images that are larger are made so small: a first run should take minutes. */
const LARGE = 96;
const SIZE = 64;
/** Groups from which on some can be kept out of training. */
const MANY = 20;

/** A folder for each group, or groups by what names begin with; null where there is no image. Errors: DATA_FORMAT. */
export async function imageFolder(data: string, how: Suggesting): Promise<Suggestion | null> {
  const keys = await imagesBelow(data);
  if (keys.length === 0) return null;
  const pattern = patternFor(keys, data);
  const groups = new Set(keys.map(pattern.groupOf)).size;
  const { size, note, absent } = await sizeFor(data, pattern.text, how);
  const options = pattern.text === null ? '' : `, pattern: ${JSON.stringify(pattern.text)}`;
  return {
    seen: [`${keys.length} images of ${groups} groups, ${pattern.words}`],
    source: [
      `source: { type: image-folder, path: ${within(data, how)}${options} }`,
      `fields: { image: { kind: image, ${size} } }   # ${note}`,
    ].join('\n  '),
    splits: groups >= MANY ? splitsOfGroups : splitsOfItems,
    augment: [
      'augment:   # in training only, drawn anew in every step',
      '  - { type: random-shift, amount: 0.1 }',
      '  - { type: brightness, amount: 0.1 }',
      '  # - random-flip   # where an image and its mirror image are the same',
    ],
    encoder: images,
    loss: margin,
    sampler: byGroups,
    ...(absent ? { absent } : {}),
  };
}

async function imagesBelow(data: string): Promise<readonly string[]> {
  const folder = resolve(data);
  const files = openFiles({ folder });
  try {
    const found = await files.glob(`${escapeGlob(folder)}/**/*.*`);
    return found
      .filter((path) => /\.(png|jpe?g|webp|gif|tiff?|avif)$/i.test(path))
      .map((path) => relative(folder, path).replaceAll('\\', '/'));
  } finally {
    await files.close();
  }
}

interface Grouping {
  readonly text: string | null;
  readonly words: string;
  readonly groupOf: (key: string) => string;
}

/** By folders where there are any; else by what stands before the first mark, where that comes again. */
function patternFor(keys: readonly string[], data: string): Grouping {
  if (keys.every((key) => key.includes('/')))
    return { text: null, words: 'one folder each', groupOf: (key) => key.split('/')[0]! };
  const flat = keys.filter((key) => !key.includes('/'));
  for (const mark of ['_', '-', ' ']) {
    const groupOf = (key: string): string => key.split(mark)[0]!;
    const named = flat.filter((key) => key.indexOf(mark, 1) > 0);
    const groups = new Set(named.map(groupOf)).size;
    if (named.length === keys.length && groups > 1 && groups <= named.length / 2)
      return { text: `{group}${mark}{name}.*`, words: `by what their names begin with, up to "${mark}"`, groupOf };
  }
  return fail(
    'DATA_FORMAT',
    `init cannot tell which images of ${data} belong together: put those of each group in a folder of its own, or say \`pattern\` in a recipe`,
  );
}

interface Sized {
  readonly size: string;
  readonly note: string;
  /** The decoder that is not installed. */
  readonly absent?: Problem;
}

/** As the images are where they are alike and small; one for all where that cannot be seen. */
async function sizeFor(data: string, pattern: string | null, { registry }: Suggesting): Promise<Sized> {
  const files = openFiles({ folder: dirname(resolve(data)) });
  const options = { path: resolve(data), pattern };
  try {
    const source = openPlugin(registry, 'source', { type: 'image-folder', options }).create();
    return sizeOf(await source.describe(files));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const absent = error.problems.find(({ code }) => code === 'PLUGIN_LOAD');
    const all = 'all are made of this size: height, width';
    const note = absent ? `${all}; a guess, init sees the sizes once they can be decoded` : all;
    return { size: `size: [${SIZE}, ${SIZE}], channels: 3`, note, ...(absent ? { absent } : {}) };
  } finally {
    await files.close();
  }
}

function sizeOf({ sides }: DataDescription): Sized {
  const columns = 'items' in sides ? sides.items.columns : {};
  const [height, width, channels] = columns['image']!.shape as readonly [number, number, number];
  const small = height <= LARGE && width <= LARGE;
  const size = small ? `size: [${height}, ${width}]` : `size: [${SIZE}, ${SIZE}]`;
  const note = small ? 'height, width, as they are' : `height, width; the images have ${height} x ${width}`;
  return { size: `${size}, channels: ${channels}`, note };
}
