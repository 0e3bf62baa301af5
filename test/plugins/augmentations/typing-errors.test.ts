import { typingErrors } from '../../../plugins/augmentations/typing-errors.js';
import { augmentationCases } from './applying.js';

const one = { most: 1, probability: 0.5 };
/** One error: where (a share of the text), what else it reads, the kind, whether it happens. */
const error = (at: number, other: number, kind: number, happens = 0): readonly number[][] => [
  [at],
  [other],
  [kind],
  [happens],
];
const text = [[1, 2, 3, 4, 0, 0]];

augmentationCases(
  typingErrors,
  {
    'swap: the second and the third': {
      options: { ...one, kinds: ['swap'] },
      values: text,
      draws: error(0.3, 0, 0),
      expected: [1, 3, 2, 4, 0, 0],
    },
    'swap: the last has no neighbour': {
      options: { ...one, kinds: ['swap'] },
      values: text,
      draws: error(0.9, 0, 0),
      expected: [1, 2, 3, 4, 0, 0],
    },
    'drop: the second': {
      options: { ...one, kinds: ['drop'] },
      values: text,
      draws: error(0.3, 0, 0),
      expected: [1, 3, 4, 0, 0, 0],
    },
    'drop: the only one stays': {
      options: { ...one, kinds: ['drop'] },
      values: [[7, 0, 0]],
      draws: error(0, 0, 0),
      expected: [7, 0, 0],
    },
    'drop: the last of a full text': {
      options: { ...one, kinds: ['drop'] },
      values: [[1, 2, 3]],
      draws: error(0.9, 0, 0),
      expected: [1, 2, 0],
    },
    'double: the second': {
      options: { ...one, kinds: ['double'] },
      values: text,
      draws: error(0.3, 0, 0),
      expected: [1, 2, 2, 3, 4, 0],
    },
    'double: what no longer fits is lost': {
      options: { ...one, kinds: ['double'] },
      values: [[1, 2, 3]],
      draws: error(0, 0, 0),
      expected: [1, 1, 2],
    },
    'replace: the second by the fourth': {
      options: { ...one, kinds: ['replace'] },
      values: text,
      draws: error(0.3, 0.8, 0),
      expected: [1, 4, 3, 4, 0, 0],
    },
    'the kind is drawn': { options: one, values: text, draws: error(0.3, 0, 0.3), expected: [1, 3, 4, 0, 0, 0] },
    'or nothing happens': { options: one, values: text, draws: error(0.3, 0, 0.3, 0.6), expected: [1, 2, 3, 4, 0, 0] },
    'an unknown id within is kept': {
      options: { ...one, kinds: ['drop'] },
      values: [[1, 0, 3, 0]],
      draws: error(0, 0, 0),
      expected: [0, 3, 0, 0],
    },
    'nothing is made of nothing': { options: one, values: [[0, 0]], draws: error(0.3, 0.3, 0.9), expected: [0, 0] },
    'two errors, one after another': {
      options: { ...one, most: 2, kinds: ['drop'] },
      values: text,
      draws: [...error(0, 0, 0), ...error(0, 0, 0)],
      expected: [3, 4, 0, 0, 0, 0],
    },
    'each text its own': {
      options: { ...one, kinds: ['swap', 'drop'] },
      values: [
        [1, 2, 3],
        [1, 2, 3],
      ],
      draws: [
        [0, 0.7],
        [0, 0],
        [0.2, 0.9],
        [0, 0],
      ],
      expected: [2, 1, 3, 1, 2, 0],
    },
  },
  'int32',
);
