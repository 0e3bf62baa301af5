/** A layer of ours over the ids of a text: its n-grams, by a hash. */
import { serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { LayerConfig } from './attention.js';
import * as ops from './ops.js';

/** `sizes`: lengths of the n-grams; `buckets`: how many ids they are hashed into. */
export type NgramIdsConfig = LayerConfig & { readonly sizes: readonly number[]; readonly buckets: number };

/** A prime, and two factors below it: every product of the hash stays below 2^31, exact in int32 on every engine. */
const [PRIME, FACTOR, MIX] = [46337, 40503, 31327];

/**
 * The n-grams of ids, each as an id of its own: 1 + hash mod buckets, with
 *   h = n, then h = (40503 h + id) mod 46337 for each of its n ids; hash = (31327 h) mod 46337.
 * A text begins and ends with one padding (0) that belongs to its n-grams, so that "ab" has the 3-grams "0ab" and "ab0";
 * what reaches further into the padding is none: id 0. n-grams of one size stand side by side, size after size.
 * ids [batch, length] int32 -> [batch, places] int32: of size 1 `length` places, of size n `length + 3 - n`.
 * Source: Karp, Rabin 1987, as hash; Bojanowski and others 2017, for n-grams with the bounds of the word.
 */
export class NgramIds extends tfl.layers.Layer {
  static className = 'NgramIds';
  readonly #sizes: readonly number[];
  readonly #buckets: number;
  constructor({ sizes, buckets, ...config }: NgramIdsConfig) {
    super({ ...config, dtype: 'int32' });
    this.#sizes = sizes;
    this.#buckets = buckets;
  }
  override computeOutputShape([batch, length]: (number | null)[]): (number | null)[] {
    return [batch!, this.#sizes.reduce((sum, size) => sum + placesOf(length!, size), 0)];
  }
  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const ids = Array.isArray(inputs) ? inputs[0]! : inputs; // [batch, length]
      return ops.constant(() =>
        ops.concat(
          this.#sizes.map((size) => this.#ngrams(ids, size)),
          1,
        ),
      ); // [batch, places]
    });
  }
  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), sizes: [...this.#sizes], buckets: this.#buckets };
  }
  /** [batch, length] -> [batch, places of the size] */
  #ngrams(ids: Tensor, size: number): Tensor {
    const [batch, length] = ids.shape as [number, number];
    const places = placesOf(length, size);
    const bounded =
      size === 1
        ? ids
        : ops.pad(ids, [
            [0, 0],
            [1, 1],
          ]); // [batch, length + 2] // biome-ignore format: one pad
    const parts = Array.from({ length: size }, (_, at) => ops.slice(bounded, [0, at], [batch, places])); // [batch, places] each
    const start = ops.fill([batch, places], size, 'int32'); // [batch, places]
    const hash = parts.reduce((h, id) => modulo(ops.add(ops.mul(h, whole(FACTOR)), id), PRIME), start); // [batch, places]
    const bucket = modulo(modulo(ops.mul(hash, whole(MIX)), PRIME), this.#buckets); // [batch, places]
    return ops.mul(ops.add(bucket, whole(1)), present(parts)); // [batch, places]
  }
}

const placesOf = (length: number, size: number): number => (size === 1 ? length : length + 3 - size);
const whole = (value: number): Tensor => ops.scalar(value, 'int32'); // []

/** Of whole numbers that are not negative. */
const modulo = (x: Tensor, by: number): Tensor => ops.sub(x, ops.mul(ops.floorDiv(x, whole(by)), whole(by))); // as x

/** 1 where an n-gram stands: nothing inside it is padding, and not all of it. [batch, places] each -> [batch, places] */
function present(parts: readonly Tensor[]): Tensor {
  const stands = parts.map((id) => ops.cast(ops.notEqual(id, 0), 'int32')); // [batch, places] each
  if (parts.length <= 2) return stands.reduce((a, b) => ops.maximum(a, b)); // [batch, places]
  return stands.slice(1, -1).reduce((a, b) => ops.mul(a, b)); // [batch, places]
}

serialization.registerClass(NgramIds);
