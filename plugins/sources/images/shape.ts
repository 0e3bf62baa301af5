import type { ImageWish } from '../../../core/contract/index.js';
import { shown } from '../../../core/files/index.js';
import { fail } from '../../../core/problem/index.js';
import type { Header, Target } from './decode.js';

/** What the recipe says of the images; null: as they are. */
export interface Wanted {
  /** Name of the column of the images: `image`, or the field that takes it. */
  readonly column: string;
  readonly size: readonly [height: number, width: number] | null;
  readonly channels: 1 | 3 | 4 | null;
}

/** The one image that a file is, as the fields want it. Errors: FIELD (two that differ, 2 channels). */
export function wantedOf(wishes: readonly ImageWish[], names: readonly string[]): Wanted {
  const [first, ...others] = wishes.map((wish) => ({ ...wish, column: wish.columns?.[0] ?? wish.field }));
  if (first === undefined) return wantedAs('image', null, null, names);
  const other = others.find(
    ({ column, size, channels }) =>
      column !== first.column || size?.join() !== first.size?.join() || channels !== first.channels,
  );
  if (other) {
    const message = `the fields "${first.field}" and "${other.field}" want one image in two ways: a file is one column, of one size`;
    fail('FIELD', message, { path: `data.fields.${other.field}` });
  }
  if (first.channels !== null && ![1, 3, 4].includes(first.channels)) {
    const message = `field "${first.field}": channels is ${first.channels}; images have 1 (grey), 3 (colour) or 4 (colour and opacity)`;
    fail('FIELD', message, { path: `data.fields.${first.field}.channels` });
  }
  return wantedAs(first.column, first.size, first.channels as Wanted['channels'], names);
}

function wantedAs(
  column: string,
  size: Wanted['size'],
  channels: Wanted['channels'],
  names: readonly string[],
): Wanted {
  if (names.includes(column))
    fail('FIELD', `{${column}} of data.source.pattern has the name of the images' own column; give it another`);
  return { column, size, channels };
}

export interface Seen extends Header {
  readonly path: string;
}

/** Whether headers have to be read at all. */
export const needsHeaders = ({ size, channels }: Wanted): boolean => size === null || channels === null;

/** The shape of all images. Errors: DATA_SIZE (two of different size, grey and colour), naming both. */
export function targetOf({ column, size, channels }: Wanted, headers: readonly Seen[]): Target {
  const [first] = headers;
  const differing = (differs: (one: Seen) => boolean): Seen | undefined => headers.find(differs);
  if (size === null) {
    const other = differing(({ height, width }) => height !== first!.height || width !== first!.width);
    if (other) {
      const message = `images of different size: ${shown(first!.path)} is ${sizeText(first!)}, ${shown(other.path)} ${sizeText(other)}; say the size that all are made of: data.fields: { ${column}: { kind: image, size: [height, width] } }`;
      fail('DATA_SIZE', message);
    }
  }
  if (channels === null) {
    const other = differing((one) => one.channels !== first!.channels);
    if (other) {
      const [grey, colour] = first!.channels === 1 ? [first!, other] : [other, first!];
      const message = `${shown(grey.path)} is grey, ${shown(colour.path)} in colour; say which: data.fields: { ${column}: { kind: image, channels: 1 or 3 } }`;
      fail('DATA_SIZE', message);
    }
  }
  const [height, width] = size ?? [first!.height, first!.width];
  return { height, width, channels: channels ?? first!.channels };
}

const sizeText = ({ width, height }: Header): string => `${width} x ${height}`;
