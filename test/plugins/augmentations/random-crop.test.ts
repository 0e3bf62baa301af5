import { randomCrop } from '../../../plugins/augmentations/random-crop.js';
import { augmentationCases, image } from './applying.js';

const row = image([0, 1, 2, 3, 4]);
// drawn: share, then where across, then where down
augmentationCases(randomCrop, {
  'half of it, at its right end': {
    options: { least: 0.5 },
    values: [row],
    draws: [[0], [1], [0]],
    expected: [2, 2.5, 3, 3.5, 4],
  },
  'half of it, a quarter along; all of it': {
    options: { least: 0.5 },
    values: [row, row],
    draws: [
      [0, 1],
      [0.25, 0.7],
      [0, 0],
    ],
    expected: [0.5, 1, 1.5, 2, 2.5, 0, 1, 2, 3, 4],
  },
  'of both sides': {
    options: { least: 0.5 },
    values: [image([0, 2, 4], [10, 12, 14], [20, 22, 24])],
    draws: [[0], [0], [1]],
    expected: [10, 11, 12, 15, 16, 17, 20, 21, 22],
  },
});
