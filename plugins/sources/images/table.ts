import type { Cells, Files, Table } from '../../../core/contract/index.js';
import { allocate } from '../../../core/files/index.js';
import type { Decoder, Target } from './decode.js';
import type { ListedImage, Listing } from './listing.js';
import { readAll } from './reading.js';

interface ImageTable {
  readonly files: Files;
  readonly listing: Listing;
  /** Those that are rows. */
  readonly images: readonly ListedImage[];
  /** Pixels that are there already, by their paths: each is given away once. */
  readonly held: Map<string, Uint8Array>;
  readonly column: string;
  readonly target: Target;
  readonly decoder: () => Promise<Decoder>;
}

/** Rows that are decoded when they are read, and not held. */
export function imageTable(how: ImageTable): Table {
  const { listing, images, column } = how;
  const at = (row: number): ListedImage => images[row]!;
  return {
    size: images.length,
    keys: (rows) => Array.from(rows, (row) => at(row).key),
    where: (row) => ({ file: at(row).path }),
    async read(rows, only) {
      const chosen = Array.from(rows, at);
      const wanted = (name: string): boolean => only === undefined || only.includes(name);
      const names = listing.names
        .filter(wanted)
        .map((name): [string, Cells] => [name, chosen.map(({ values }) => values[name]!)]);
      const pixels: [string, Cells][] = wanted(column) ? [[column, await decodeRows(chosen, how)]] : [];
      return Object.fromEntries([...pixels, ...names]);
    },
  };
}

/** [rows, height, width, channels], bytes. */
async function decodeRows(
  chosen: readonly ListedImage[],
  { files, target, decoder, listing, held }: ImageTable,
): Promise<Uint8Array> {
  const opened = await decoder();
  const width = target.height * target.width * target.channels;
  const pixels = allocate('uint8', chosen.length * width, listing.folder) as Uint8Array;
  const absent: number[] = []; // places
  for (const [i, { path }] of chosen.entries()) {
    const known = held.get(path);
    if (known) pixels.set(known, i * width);
    else absent.push(i);
  }
  for (const { path } of chosen) held.delete(path);
  const others = absent.map((i) => chosen[i]!);
  await readAll(others, { files, unreadable: 'error' }, async (image, n) => {
    pixels.set(await opened.decode(image, target), absent[n]! * width);
  });
  return pixels;
}
