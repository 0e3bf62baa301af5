import { randomShift } from '../../../plugins/augmentations/random-shift.js';
import { augmentationCases, image } from './applying.js';

const values = [image([1, 2, 3], [4, 5, 6], [7, 8, 9]), image([1, 2, 3], [4, 5, 6], [7, 8, 9])];
// amount 0.4 of 3 pixels: by -1, 0 or 1. Drawn first across, then down: 0.9 -> 1, 0.5 -> 0, 0.1 -> -1
const draws = [
  [0.9, 0.5],
  [0.5, 0.1],
];
augmentationCases(randomShift, {
  'to the right, and up; the edge again': {
    options: { amount: 0.4 },
    values,
    draws,
    expected: [1, 1, 2, 4, 4, 5, 7, 7, 8, 4, 5, 6, 7, 8, 9, 7, 8, 9],
  },
  'a value from outside': {
    options: { amount: 0.4, fill: 'constant', value: -1 },
    values,
    draws,
    expected: [-1, 1, 2, -1, 4, 5, -1, 7, 8, 4, 5, 6, 7, 8, 9, -1, -1, -1],
  },
  'less than half a pixel is none': {
    options: { amount: 0.1 },
    values: [values[0]!],
    draws: [[0.99], [0]],
    expected: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  },
});
