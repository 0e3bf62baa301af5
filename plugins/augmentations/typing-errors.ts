import { Augmentation, type StepRandom } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Mistakes as of typing, in the ids of a text: up to `most` of them, each with a probability, at a place and of a kind that
 * are drawn anew. `swap` exchanges two neighbours, `drop` leaves one out, `double` writes one twice, `replace` writes another
 * of the same text in its stead. A text never becomes empty; what a doubling pushes beyond the field's length is lost.
 * With `tokens: characters` these are typing errors; with words, errors of words.
 * Shapes: [n, length] ids, 0 = padding -> the same. Each item draws its own.
 * Errors: none.
 */
export const typingErrors = definePlugin(Augmentation, {
  name: 'typing-errors',
  summary: 'Makes typing errors in texts at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      most: { type: 'integer', minimum: 1, maximum: 16, default: 2, description: 'Most errors in one text.' },
      probability: { type: 'number', minimum: 0, maximum: 1, default: 0.3, description: 'How likely each of them is.' },
      kinds: {
        type: 'array',
        items: { type: 'string', enum: ['swap', 'drop', 'double', 'replace'], description: 'A kind of error.' },
        minItems: 1,
        maxItems: 4,
        default: ['swap', 'drop', 'double', 'replace'],
        description: 'Kinds that are drawn from, all equally likely.',
      },
    },
  },
  accepts: ['text'],
  place: 'step',
  together: true,
  identity: { probability: 0 },
  create: ({ most, probability, kinds }) => ({
    augment(values, { random }) {
      let texts = values; // [n, length], int32
      for (let error = 0; error < most; error++) texts = oneError(texts, random, { probability, kinds }); // [n, length]
      return texts;
    },
  }),
});

type ErrorKind = 'swap' | 'drop' | 'double' | 'replace';
interface Drawn {
  /** Where: [n, 1], a place within the text. */
  readonly at: ops.Tensor;
  /** Another place within the text: [n, 1]. */
  readonly other: ops.Tensor;
  /** Places up to the last id: [n, 1]. */
  readonly length: ops.Tensor;
  /** 0, 1, ..: [1, length]. */
  readonly places: ops.Tensor;
}

/** How much farther to the right each place takes its id from. -> [n, length], whole */
const offsets: Readonly<Record<ErrorKind, (drawn: Drawn) => ops.Tensor>> = {
  swap({ at, length, places }) {
    const [here, next] = [ops.mask(ops.equal(places, at)), ops.mask(ops.equal(places, ops.add(at, 1)))]; // [n, length] each
    return ops.mul(ops.sub(here, next), ops.mask(ops.less(ops.add(at, 1), length))); // [n, length]
  },
  drop: ({ at, length, places }) => ops.mul(ops.mask(ops.greaterEqual(places, at)), ops.mask(ops.greater(length, 1))), // [n, length]
  double: ({ at, places }) => ops.neg(ops.mask(ops.greater(places, at))), // [n, length]
  replace: ({ at, other, places }) => ops.mul(ops.mask(ops.equal(places, at)), ops.sub(other, at)), // [n, length]
};

/** At most one error in each text. [n, length] -> [n, length], int32 */
function oneError(
  texts: ops.Tensor,
  random: StepRandom,
  { probability, kinds }: { readonly probability: number; readonly kinds: readonly ErrorKind[] },
): ops.Tensor {
  const [n, size] = texts.shape as [number, number];
  const places = ops.reshape(ops.range(0, size, 1, 'float32'), [1, size]); // [1, length]
  const length = ops.max(ops.mul(ops.mask(ops.notEqual(texts, 0)), ops.add(places, 1)), 1, true); // [n, 1]
  const place = (): ops.Tensor => ops.floor(ops.mul(random.uniform([n, 1]), length)); // [n, 1]
  const drawn = { at: place(), other: place(), length, places };
  const kind = ops.floor(ops.mul(random.uniform([n, 1]), kinds.length)); // [n, 1]
  const happens = random.bernoulli([n, 1], probability); // [n, 1]
  const offset = kinds
    .map((one, i) => ops.mul(ops.mask(ops.equal(kind, i)), offsets[one](drawn))) // [n, length] each
    .reduce((sum, one) => ops.add(sum, one)); // [n, length]
  const from = ops.add(places, ops.mul(happens, offset)); // [n, length]
  const inside = ops.cast(ops.lessEqual(from, size - 1), 'int32'); // [n, length]
  const rows = ops.reshape(ops.range(0, n * size, size, 'int32'), [n, 1]); // [n, 1]
  const index = ops.add(rows, ops.cast(ops.clipByValue(from, 0, size - 1), 'int32')); // [n, length]
  return ops.mul(ops.gather(ops.reshape(texts, [n * size]), index as never), inside); // [n, length]
}
