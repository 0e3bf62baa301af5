import { createHash, hash } from 'node:crypto';
import { philox } from './philox.js';

/** A generator of random numbers on the host. */
export interface Drawing {
  /** Uniform on [0, 1), 32 bits of it. */
  uniform(): number;
  /** Uniform integer 0 .. bound-1. Errors: a bound outside 1 .. 2^32. */
  below(bound: number): number;
  /** Standard normal. */
  normal(): number;
  /** Shuffled copy. */
  shuffle(values: Int32Array): Int32Array;
  /** `count` different integers below `bound`, in random order. Errors: count > bound. */
  sample(count: number, bound: number): Int32Array;
}

/** A stream of randomness of one run: `draw(epoch, key)` opens a fresh generator at that place; the same place draws the same. */
export interface Stream {
  draw(epoch?: number, key?: number): Drawing;
}

/** Two 32-bit words out of a seed and a name. */
export function streamKey(seed: number, name: string): readonly [number, number] {
  const digest = createHash('sha256').update(`${seed}\n${name}`).digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

/** Text -> [0, 1), the same everywhere and for ever: the place of a key in a hash split. */
export function hashUnit(text: string): number {
  const digest = hash('sha256', text, 'hex'); // at once, and as text: a quarter of the time of a Hash object; each row is hashed
  const [low, high] = [digest.slice(0, 6), digest.slice(6, 12)];
  return (Number.parseInt(swapped(low), 16) + Number.parseInt(swapped(high), 16) * 2 ** 24) / 2 ** 48;
}

/** Three bytes in hexadecimal, the last one first. */
const swapped = (hex: string): string => hex.slice(4) + hex.slice(2, 4) + hex.slice(0, 2);

/** The stream called `name` of a run with this seed. */
export function openStream(seed: number, name: string): Stream {
  const key = streamKey(seed, name);
  return { draw: (epoch = 0, place = 0) => drawing(key, epoch, place) };
}

function drawing(key: readonly [number, number], epoch: number, place: number): Drawing {
  const counter = Uint32Array.of(0, 0, epoch, place);
  const block = new Uint32Array(4);
  let lane = 4;
  const next = (): number => {
    if (lane === 4) {
      philox(counter, key, block);
      counter[0] = (counter[0]! + 1) >>> 0;
      if (counter[0] === 0) counter[1] = counter[1]! + 1;
      lane = 0;
    }
    return block[lane++]!;
  };
  const uniform = (): number => next() / 2 ** 32;
  const below = (bound: number): number => {
    if (!(bound >= 1 && bound <= 2 ** 32)) throw new Error(`below(${bound}): the bound must be from 1 to 2^32`);
    const limit = 2 ** 32 - (2 ** 32 % bound); // the numbers above would favour small results
    let word = next();
    while (word >= limit) word = next();
    return word % bound;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()); // Box, Muller 1958
  return {
    uniform,
    below,
    normal,
    shuffle: (values) => shuffled(values, below),
    sample: (n, bound) => sampled(n, bound, below),
  };
}

/** Fisher, Yates 1938, on a copy. */
function shuffled(values: Int32Array, below: (bound: number) => number): Int32Array {
  const copy = Int32Array.from(values);
  for (let i = copy.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

function sampled(count: number, bound: number, below: (bound: number) => number): Int32Array {
  if (count > bound) throw new Error(`sample(${count}, ${bound}): there are not that many different integers`);
  if (count * 3 > bound)
    return shuffled(
      Int32Array.from({ length: bound }, (_, i) => i),
      below,
    ).slice(0, count);
  const seen = new Set<number>();
  while (seen.size < count) seen.add(below(bound));
  return Int32Array.from(seen);
}
