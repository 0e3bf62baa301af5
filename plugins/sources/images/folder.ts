import type { Files, ImageWish, Log } from '../../../core/contract/index.js';
import { shown } from '../../../core/files/index.js';
import { ProblemError, problem } from '../../../core/problem/index.js';
import { type Decoder, type Decoding, openDecoder, requireSharp, type Target } from './decode.js';
import { type ListedImage, type Listing, listImages } from './listing.js';
import { type Outcome, readAll } from './reading.js';
import { needsHeaders, targetOf, type Wanted, wantedOf } from './shape.js';

export interface FolderOptions extends Decoding {
  readonly path: string;
  readonly pattern: string | null;
  readonly unreadable: 'error' | 'skip';
  readonly wishes: readonly ImageWish[];
}

/** What names, and headers where they are needed, tell. */
export interface Look {
  readonly listing: Listing;
  readonly wanted: Wanted;
  readonly target: Target;
  /** Those whose header, where it was read, can be. */
  readonly images: readonly ListedImage[];
  readonly broken: readonly ProblemError[];
  readonly decoder: () => Promise<Decoder>;
}

/** Lists the images and says what shape they are made of; reads headers only where the fields do not say it. */
export async function lookAt(files: Files, how: FolderOptions): Promise<Look> {
  const listing = await listImages(files, how.path, how.pattern);
  const wanted = wantedOf(how.wishes, listing.names);
  let opened: Promise<Decoder> | null = null;
  const decoder = (): Promise<Decoder> => {
    opened ??= openDecoder(how);
    return opened;
  };
  requireSharp();
  if (!needsHeaders(wanted))
    return { listing, wanted, target: targetOf(wanted, []), images: listing.images, broken: [], decoder };
  const { header } = await decoder();
  const outcomes = await readAll(listing.images, { files, unreadable: how.unreadable }, header);
  const { good, broken } = sorted(outcomes);
  const headers = good.map(({ image: { path }, value }) => ({ ...value, path }));
  return {
    listing,
    wanted,
    target: targetOf(wanted, headers),
    images: good.map(({ image }) => image),
    broken,
    decoder,
  };
}

/** Bytes of pixels that are held between finding out what decodes and reading it. */
const MOST_HELD = 2 ** 28;

/** The images that are rows, and pixels of theirs that are there already, by their paths. */
export interface Readable {
  readonly images: readonly ListedImage[];
  readonly held: Map<string, Uint8Array>;
}

/** Under `skip` each is decoded, since what does not decode is no row; what is no more than memory can spare is kept. */
export async function readable(
  files: Files,
  how: FolderOptions,
  { look, log }: { readonly look: Look; readonly log: Log },
): Promise<Readable> {
  const held = new Map<string, Uint8Array>();
  if (how.unreadable === 'error') return { images: look.images, held };
  const { decode } = await look.decoder();
  let bytes = 0;
  const outcomes = await readAll(look.images, { files, unreadable: 'skip' }, async (image) => {
    const pixels = await decode(image, look.target);
    if (bytes + pixels.length > MOST_HELD) return;
    bytes += pixels.length;
    held.set(image.path, pixels);
  });
  const { good, broken } = sorted(outcomes, look.broken);
  if (broken.length > 0) {
    const first = broken.slice(0, 3).map(({ problems }) => problems[0]!.message);
    const total = look.listing.images.length;
    const more = broken.length > first.length ? '; ...' : '';
    log.warn(
      `${broken.length} of ${total} images in ${shown(look.listing.folder)} are left out: ${first.join('; ')}${more}`,
    );
  }
  return { images: good.map(({ image }) => image), held };
}

/** Errors: DATA_EMPTY, where none is left. */
function sorted<T>(
  outcomes: readonly Outcome<T>[],
  before: readonly ProblemError[] = [],
): {
  readonly good: readonly { readonly image: ListedImage; readonly value: T }[];
  readonly broken: readonly ProblemError[];
} {
  const good = outcomes.flatMap((one) => ('value' in one ? [one] : []));
  const broken = [...before, ...outcomes.flatMap((one) => ('problem' in one ? [one.problem] : []))];
  if (good.length > 0) return { good, broken };
  const [first] = broken[0]!.problems;
  throw new ProblemError(problem('DATA_EMPTY', `none of ${broken.length} images decodes: ${first!.message}`));
}
