import type { Files } from '../../../core/contract/index.js';
import { escapeGlob, shown } from '../../../core/files/index.js';
import { fail } from '../../../core/problem/index.js';
import { readPattern } from './pattern.js';

/** The images of a folder, in the order of their keys' code units. */
export interface Listing {
  readonly folder: string;
  readonly images: readonly ListedImage[];
  /** What the names of a pattern stand for; without one, `group` alone. */
  readonly names: readonly string[];
}
export interface ListedImage {
  readonly path: string;
  /** Path below the folder, with `/`. */
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What is taken for an image, by its name. */
export const extensions = ['png', 'jpg', 'jpeg', 'webp', 'gif', 'tif', 'tiff', 'avif'] as const;
const isImage = (path: string): boolean => extensions.includes(/\.([^./]+)$/.exec(path.toLowerCase())?.[1] as never);

/**
 * Lists the images: without a pattern each in the folder of its group, however deep.
 * Errors: DATA_MISSING, DATA_EMPTY (no image, none that matches, a group's folder without any), DATA_FORMAT (an image beside
 * the groups' folders).
 */
export async function listImages(files: Files, path: string, pattern: string | null): Promise<Listing> {
  const read = pattern === null ? null : readPattern(pattern);
  const folder = files.resolve(path);
  const base = escapeGlob(path.replace(/\/+$/, '') || (path === '' ? '.' : '/'));
  const found = (await files.glob(`${base}/**/*`)).filter(isImage);
  if (found.length === 0)
    fail('DATA_EMPTY', `${shown(folder)} holds no image (files that end with ${extensions.join(', ')})`);
  const keyed = found.map((file) => ({ path: file, key: keyOf(folder, file) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  if (read === null) {
    await refuseEmptyGroups(files, base, keyed);
    return { folder, names: ['group'], images: keyed.map((one) => ({ ...one, values: groupOf(folder, one.key) })) };
  }
  const images = keyed.flatMap((one) => {
    const values = read.match(one.key);
    return values === null ? [] : [{ ...one, values }];
  });
  if (images.length === 0) {
    const message = `none of the ${found.length} images below ${shown(folder)} matches the pattern "${pattern}"; the first is ${keyed[0]!.key}`;
    fail('DATA_EMPTY', message);
  }
  return { folder, names: read.names, images };
}

/** Both are absolute; on Windows with `\`. */
const keyOf = (folder: string, file: string): string =>
  file.slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, '');

function groupOf(folder: string, key: string): Readonly<Record<string, string>> {
  const cut = key.indexOf('/');
  if (cut > 0) return { group: key.slice(0, cut) };
  const message = `${key} lies in ${shown(folder)} itself, in no group's folder: each group has one of its own, or \`pattern\` says how groups are read from names`;
  return fail('DATA_FORMAT', message);
}

/** A folder that should be a group and is none is a mistake that nobody would notice. */
async function refuseEmptyGroups(
  files: Files,
  base: string,
  images: readonly { readonly key: string }[],
): Promise<void> {
  const filled = new Set(images.map(({ key }) => key.split('/')[0]));
  const folders = (await files.glob(`${base}/*/`)).map((folder) => folder.split(/[\\/]/).at(-1)!);
  const empty = folders.filter((name) => !filled.has(name));
  if (empty.length === 0) return;
  const named = empty.slice(0, 5).join(', ') + (empty.length > 5 ? `, ... (${empty.length})` : '');
  const which = empty.length === 1 ? `the group's folder ${named} holds` : `the groups' folders ${named} hold`;
  fail(
    'DATA_EMPTY',
    `${which} no image: fill or remove ${empty.length === 1 ? 'it' : 'them'}, or name what is read by \`pattern\``,
  );
}
