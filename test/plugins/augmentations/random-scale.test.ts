import { randomScale } from '../../../plugins/augmentations/random-scale.js';
import { augmentationCases, image } from './applying.js';

const row = [image([0, 1, 2, 3, 4])];
augmentationCases(randomScale, {
  'a factor of 1.5: two thirds of a step from pixel to pixel': {
    options: { amount: 0.5 },
    values: row,
    draws: [[1]],
    expected: [2 - 4 / 3, 2 - 2 / 3, 2, 2 + 2 / 3, 2 + 4 / 3],
  },
  'a factor of 0.5: twice as far, the edge around': {
    options: { amount: 0.5 },
    values: row,
    draws: [[0]],
    expected: [0, 0, 2, 4, 4],
  },
  'a factor of 0.5, a value around': {
    options: { amount: 0.5, fill: 'constant', value: 9 },
    values: [image([0, 1, 2, 3, 4]), image([4, 3, 2, 1, 0])],
    draws: [[0, 0.5]],
    expected: [9, 0, 2, 4, 9, 4, 3, 2, 1, 0],
  },
});
