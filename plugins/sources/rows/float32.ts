/** Largest finite float32. */
export const LARGEST = 3.4028234663852886e38;

const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`)); // exact doubles
const SLACK = 2 ** -48; // more than the rounding of four digits beyond 2^53 and of two scalings
const [SPACE, TAB, PLUS, MINUS, POINT, ZERO, E_LARGE, E_SMALL] = [32, 9, 43, 45, 46, 48, 69, 101];

/**
 * The decimal number that stands in `bytes[start .. end]`, spaces around it allowed, as float32; infinite where float32
 * cannot hold it; NaN where there is none (`NaN`, `inf`, `0x1`, `1,5` are none). It equals `Math.fround(Number(text))`.
 * Without making a string: a mantissa of at most 15 digits times an exact power of ten is rounded once (Clinger 1990);
 * a longer one is taken where all doubles near it are the same float32, else `Number` decides.
 */
export function parseFloat32(bytes: Buffer, start: number, end: number): number {
  let at = start;
  let stop = end;
  while (at < stop && isSpace(bytes[at]!)) at++;
  while (at < stop && isSpace(bytes[stop - 1]!)) stop--;
  const begin = at;
  const sign = bytes[at]!;
  if (at < stop && (sign === MINUS || sign === PLUS)) at++;
  let mantissa = 0;
  let significant = 0;
  let exponent = 0;
  let digits = 0;
  let point = false;
  for (; at < stop; at++) {
    const byte = bytes[at]!;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits++;
      if (significant < 19) {
        mantissa = mantissa * 10 + digit;
        if (mantissa > 0) significant++;
        if (point) exponent--;
      } else if (!point) exponent++;
    } else if (byte === POINT && !point) point = true;
    else break;
  }
  if (digits === 0) return Number.NaN;
  if (at < stop) {
    const shift = parseExponent(bytes, at, stop);
    if (Number.isNaN(shift)) return shift;
    exponent += shift;
  }
  const size = scale(mantissa, exponent);
  if (significant > 15 || exponent < -22 || exponent > 22) {
    const slack = size * SLACK;
    const certain = Math.fround(size - slack) === Math.fround(size + slack) && Math.abs(exponent) <= 44;
    if (!certain) return Math.fround(Number(bytes.toString('latin1', begin, stop)));
  }
  return Math.fround(sign === MINUS ? -size : size);
}

const isSpace = (byte: number): boolean => byte === SPACE || byte === TAB;

function scale(mantissa: number, exponent: number): number {
  if (exponent === 0) return mantissa;
  if (exponent < 0)
    return exponent >= -22 ? mantissa / POWERS[-exponent]! : mantissa / 1e22 / POWERS[Math.min(22, -exponent - 22)]!;
  return exponent <= 22 ? mantissa * POWERS[exponent]! : mantissa * 1e22 * POWERS[Math.min(22, exponent - 22)]!;
}

/** `e-05` at the end of a number. NaN when it is none. */
function parseExponent(bytes: Buffer, start: number, end: number): number {
  let at = start;
  if (bytes[at] !== E_SMALL && bytes[at] !== E_LARGE) return Number.NaN;
  at++;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  if (at >= end) return Number.NaN;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = Math.min(value * 10 + digit, 1e6);
  }
  return negative ? -value : value;
}
