/**
 * Philox4x32-10, the counter-based generator of TensorFlow's stateless random ops: the same numbers on the host and on
 * both engines.
 * Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */

/** High and low 32 bits of an unsigned product, without BigInt: this runs per random number. */
function multiply(a: number, b: number): readonly [high: number, low: number] {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  const high = aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000);
  return [high >>> 0, Math.imul(a, b) >>> 0];
}

/** One block of four 32-bit numbers for a counter (4 words) under a key (2 words). `out` is filled in place. */
export function philox(counter: ArrayLike<number>, key: ArrayLike<number>, out: Uint32Array): Uint32Array {
  let [c0, c1, c2, c3] = [counter[0]! >>> 0, counter[1]! >>> 0, counter[2]! >>> 0, counter[3]! >>> 0];
  let [k0, k1] = [key[0]! >>> 0, key[1]! >>> 0];
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiply(0xd2511f53, c0);
    const [high1, low1] = multiply(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
  return out;
}

/**
 * What TensorFlow's `StatelessRandomUniform` gives for a seed of two int32: float32 on [0, 1), 23 random bits each.
 * size -> [size]
 */
export function statelessUniform(size: number, seed: readonly [number, number]): Float32Array {
  const { key, counter } = scramble(seed);
  const result = new Float32Array(size);
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  const block = new Uint32Array(4);
  for (let at = 0; at < size; at += 4) {
    philox(counter, key, block);
    for (let lane = 0; lane < 4 && at + lane < size; lane++) {
      bits[0] = 0x3f800000 | (block[lane]! & 0x7fffff); // a float32 on [1, 2)
      result[at + lane] = value[0]! - 1;
    }
    counter[0] = (counter[0]! + 1) >>> 0;
    if (counter[0] === 0) counter[1] = (counter[1]! + 1) >>> 0;
  }
  return result;
}

/** TensorFlow's `GenerateKey`: both seeds are mixed once, so that it does not matter which of them varies. */
function scramble(seed: readonly [number, number]): { key: Uint32Array; counter: Uint32Array } {
  const sign = (word: number): number => (word < 0 ? 0xffffffff : 0); // int32 widened to int64
  const counter = Uint32Array.of(seed[0] >>> 0, sign(seed[0]), seed[1] >>> 0, sign(seed[1]));
  const mixed = philox(counter, Uint32Array.of(0x3ec8f720, 0x02461e29), new Uint32Array(4));
  return { key: Uint32Array.of(mixed[0]!, mixed[1]!), counter: Uint32Array.of(0, 0, mixed[2]!, mixed[3]!) };
}
