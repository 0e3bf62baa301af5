/** What is copied, on the way of every training step: loops over arrays alone, measured. */
export interface GatherTarget {
  readonly into: Float32Array;
  readonly width: number;
}

/** From this width on a copy by the engine is faster than a loop, its view of the source included. */
const WIDE = 24;

/** Rows as they are stored; returns `into`. */
export function gatherRows<Values extends Float32Array | Int32Array | Uint8Array>(
  stored: Values,
  rows: Int32Array,
  { into, width }: { readonly into: Values; readonly width: number },
): Values {
  if (width >= WIDE) {
    for (let i = 0; i < rows.length; i++) {
      const from = rows[i]! * width;
      into.set(stored.subarray(from, from + width), i * width);
    }
    return into;
  }
  for (let i = 0, at = 0; i < rows.length; i++) {
    const end = (rows[i]! + 1) * width;
    for (let from = end - width; from < end; from++) into[at++] = stored[from]!;
  }
  return into;
}

/**
 * (value - center) * factor, in float64 and then rounded to float32; a value's place is its index within the row, modulo the
 * number of centers. A product, not a quotient: compilers make one of a quotient by a constant, and its bits are others.
 */
export interface Scaling {
  readonly centers: Float64Array;
  readonly factors: Float64Array;
}

export interface BytesTarget extends GatherTarget {
  readonly scaling: Scaling;
}

/** Rows of bytes, scaled. */
export function gatherBytes(stored: Uint8Array, rows: Int32Array, target: BytesTarget): void {
  const { centers, factors } = target.scaling;
  const table = Float32Array.from({ length: 256 }, (_, byte) => (byte - centers[0]!) * factors[0]!);
  if (centers.length === 1) gatherByTable(stored, rows, { ...target, table });
  else gatherByPlace(stored, rows, target);
}

/** Four at a time: more than twice as fast as one at a time. */
function gatherByTable(
  stored: Uint8Array,
  rows: Int32Array,
  { into, width, table }: GatherTarget & { readonly table: Float32Array },
): void {
  const even = width - (width % 4);
  for (let i = 0, at = 0; i < rows.length; i++) {
    let from = rows[i]! * width;
    const [fours, end] = [from + even, from + width];
    for (; from < fours; from += 4, at += 4) {
      into[at] = table[stored[from]!]!;
      into[at + 1] = table[stored[from + 1]!]!;
      into[at + 2] = table[stored[from + 2]!]!;
      into[at + 3] = table[stored[from + 3]!]!;
    }
    while (from < end) into[at++] = table[stored[from++]!]!;
  }
}

function gatherByPlace(stored: Uint8Array, rows: Int32Array, { into, width, scaling }: BytesTarget): void {
  const { centers, factors } = scaling;
  const places = centers.length;
  for (let i = 0, at = 0; i < rows.length; i++) {
    const from = rows[i]! * width;
    for (let start = from; start < from + width; start += places) {
      for (let place = 0; place < places; place++)
        into[at++] = (stored[start + place]! - centers[place]!) * factors[place]!;
    }
  }
}

/** Rows of ids. */
export function gatherIds(stored: Int32Array | Uint16Array | Uint8Array, rows: Int32Array, into: Int32Array): void {
  const width = into.length / rows.length;
  for (let i = 0, at = 0; i < rows.length; i++) {
    const end = (rows[i]! + 1) * width;
    for (let from = end - width; from < end; from++) into[at++] = stored[from]!;
  }
}
