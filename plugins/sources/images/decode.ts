/** The only place that knows the package `sharp`. */
import { createRequire } from 'node:module';
import type { Sharp } from 'sharp';
import { shown } from '../../../core/files/index.js';
import { fail, ProblemError } from '../../../core/problem/index.js';
import { formatOf } from './format.js';

type Library = typeof import('sharp')['default'];
export interface Header {
  readonly height: number;
  readonly width: number;
  /** 1: grey, 3: colour; transparency is not counted. */
  readonly channels: 1 | 3;
}
export interface Target {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
}
export interface Decoding {
  readonly fit: 'stretch' | 'crop' | 'pad';
  /** What shows through where an image is transparent: red, green, blue. */
  readonly background: readonly number[];
  readonly mostPixels: number;
}
export interface EncodedImage {
  readonly path: string;
  readonly bytes: Uint8Array;
}
/** Reads images: headers first, so that none is decoded that is too large. Errors: DATA_FORMAT, DATA_SIZE. */
export interface Decoder {
  header(image: EncodedImage): Promise<Header>;
  /** Bytes [height, width, channels], turned as its EXIF data says. */
  decode(image: EncodedImage, target: Target): Promise<Uint8Array>;
}

/** `load` is replaced in tests. Errors: PLUGIN_LOAD, with the command that installs it, where sharp is absent. */
export async function openDecoder(how: Decoding, load = () => import('sharp')): Promise<Decoder> {
  const sharp = await loadSharp(load);
  const header = (image: EncodedImage): Promise<Header> => guardedRead(image, () => readHeader(sharp, image, how));
  return {
    header,
    async decode(image, target) {
      await header(image);
      return guardedRead(image, () => decodeImage(sharp, image, { ...how, target }));
    },
  };
}

async function loadSharp(load: () => Promise<{ readonly default: unknown }>): Promise<Library> {
  try {
    const library = (await load()).default as Library;
    library.concurrency(1); // the cores are the engine's
    library.cache(false); // no image is read twice
    return library;
  } catch (error) {
    return failAbsent(error);
  }
}

/** Whether sharp is there, without loading it. Errors: PLUGIN_LOAD. */
export function requireSharp(from: string = import.meta.url): void {
  try {
    createRequire(from).resolve('sharp');
  } catch (error) {
    failAbsent(error);
  }
}

function failAbsent(error: unknown): never {
  const code = String((error as { readonly code?: unknown }).code);
  const why = code.endsWith('MODULE_NOT_FOUND') ? 'is not installed' : `cannot be loaded (${firstLine(error)})`;
  return fail('PLUGIN_LOAD', `images are decoded by the package sharp, which ${why}`, {
    hint: 'npm install sharp@0.35.5',
  });
}

async function guardedRead<T>({ path }: EncodedImage, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return fail('DATA_FORMAT', `${shown(path)} does not decode: ${firstLine(error)}`);
  }
}

/** What the decoder says, without the names of its own operations. */
const firstLine = (error: unknown): string => {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n');
  const line = lines.map((one) => one.replace(/^\w+(_\w+)*: /, '').trim()).find((one) => one !== '');
  return line ?? 'no reason was given';
};

async function readHeader(sharp: Library, { path, bytes }: EncodedImage, { mostPixels }: Decoding): Promise<Header> {
  if (formatOf(bytes) === null) {
    const what = bytes.length === 0 ? 'it is empty' : 'it is none of PNG, JPEG, GIF, WebP, TIFF, AVIF';
    fail('DATA_FORMAT', `${shown(path)} does not decode: ${what}`);
  }
  const { autoOrient, space } = await sharp(bytes, { limitInputPixels: false }).metadata();
  const { width, height } = autoOrient;
  if (width * height > mostPixels) {
    const message = `${shown(path)} says that it has ${width} x ${height} pixels; more than ${mostPixels} (data.source.mostPixels) are not decoded`;
    fail('DATA_SIZE', message);
  }
  return { height, width, channels: space === 'b-w' || space === 'grey16' ? 1 : 3 };
}

const fits = { stretch: 'fill', crop: 'cover', pad: 'contain' } as const;

async function decodeImage(
  sharp: Library,
  { bytes }: EncodedImage,
  { target, fit, background, mostPixels }: Decoding & { readonly target: Target },
): Promise<Uint8Array> {
  const { height, width, channels } = target;
  const [r, g, b] = background;
  const behind = { r: r!, g: g!, b: b! };
  const read: Sharp = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' }).autoOrient();
  const sized = read.resize({ width, height, fit: fits[fit], background: behind });
  const flat = channels === 4 ? sized.ensureAlpha() : sized.flatten({ background: behind });
  const { data } = await flat.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const pixels = channels === 1 ? greyOf(data) : new Uint8Array(data);
  if (pixels.length !== height * width * channels) throw new Error(`it gives ${pixels.length} values`);
  return pixels;
}

/**
 * Luma of gamma-coded colours: 0.299 R + 0.587 G + 0.114 B, rounded. Source: ITU-R BT.601. sharp's own grey is the luminance
 * of linear light, which other tools do not mean.
 */
function greyOf(colours: Uint8Array): Uint8Array {
  const grey = new Uint8Array(colours.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3)
    grey[i] = Math.round(0.299 * colours[at]! + 0.587 * colours[at + 1]! + 0.114 * colours[at + 2]!);
  return grey;
}
