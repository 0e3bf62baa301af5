import type { Drawing } from './draw.js';

const ROUNDS = 8;

/**
 * A random order of 0 .. size-1 that is computed place by place, and never held: place -> number, a bijection.
 * A Feistel network with modular addition on a rectangle a*b >= size; what falls outside walks on until it is inside.
 * Errors: a size that is no whole number from 1 to 2^50.
 * Source: Black, Rogaway 2002, "Ciphers with arbitrary finite domains", generalized Feistel cipher and cycle walking.
 */
export function permutation(size: number, draw: Drawing): (place: number) => number {
  if (!(Number.isInteger(size) && size >= 1 && size <= 2 ** 50)) throw new Error(`no order of ${size} numbers`);
  const across = Math.ceil(Math.sqrt(size));
  const down = Math.ceil(size / across);
  const keys = Array.from({ length: ROUNDS }, () => draw.below(2 ** 32));
  const scramble = (number: number): number => {
    let column = number % across;
    let row = (number - column) / across;
    for (let round = 0; round < ROUNDS; round += 2) {
      column = (column + mix(row ^ keys[round]!)) % across;
      row = (row + mix(column ^ keys[round + 1]!)) % down;
    }
    return row * across + column;
  };
  return (place) => {
    let number = scramble(place);
    while (number >= size) number = scramble(number);
    return number;
  };
}

/** 32 bits to 30, each depending on all: a sum with a column stays a 32-bit integer. Source: Appleby, MurmurHash3. */
function mix(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 2;
}
