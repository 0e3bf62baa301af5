import { randomRotation } from '../../../plugins/augmentations/random-rotation.js';
import { augmentationCases, image } from './applying.js';

const values = [image([1, 2, 3], [4, 5, 6], [7, 8, 9])];
const half = Math.SQRT1_2;
augmentationCases(randomRotation, {
  'a quarter turn clockwise': { options: { degrees: 90 }, values, draws: [[1]], expected: [7, 4, 1, 8, 5, 2, 9, 6, 3] },
  'a quarter turn back': { options: { degrees: 90 }, values, draws: [[0]], expected: [3, 6, 9, 2, 5, 8, 1, 4, 7] },
  'two images by two angles': {
    options: { degrees: 180 },
    values: [values[0]!, values[0]!],
    draws: [[0.5, 1]],
    expected: [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1],
  },
  'an eighth: the middle of an edge lies between its neighbours': {
    options: { degrees: 45, fill: 'constant' },
    values: [image([0, 0, 0], [0, 1, 0], [0, 0, 0])],
    draws: [[1]],
    // each neighbour of the middle is read (1 - s, 1 - s) away from it, s = sin 45
    expected: [0, (1 - half) ** 2, 0, (1 - half) ** 2, 1, (1 - half) ** 2, 0, (1 - half) ** 2, 0],
  },
});
