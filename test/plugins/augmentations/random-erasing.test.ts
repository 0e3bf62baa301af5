import { randomErasing } from '../../../plugins/augmentations/random-erasing.js';
import { augmentationCases, image } from './applying.js';

const four = image([1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]);
// drawn: whether, then for each side how long and where it begins
augmentationCases(randomErasing, {
  'two rows, at the bottom, by one column, at the left': {
    options: { least: 0.25, most: 0.5 },
    values: [four],
    draws: [[0.1], [1], [1], [0], [0]],
    expected: [1, 2, 3, 4, 5, 6, 7, 8, 0, 10, 11, 12, 0, 14, 15, 16],
  },
  'one of two, painted with a value': {
    options: { least: 0.5, most: 0.5, value: -1 },
    values: [image([1, 2], [3, 4]), image([1, 2], [3, 4])],
    draws: [
      [0.9, 0.4],
      [0, 0],
      [0, 1],
      [0, 0],
      [0, 0],
    ],
    expected: [1, 2, 3, 4, 1, 2, -1, 4],
  },
  'a stretch of a sequence, in all channels': {
    options: { least: 0.5, most: 0.5 },
    values: [
      [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    ],
    draws: [[0], [0], [0.5]],
    expected: [1, 2, 0, 0, 0, 0, 7, 8],
  },
});
