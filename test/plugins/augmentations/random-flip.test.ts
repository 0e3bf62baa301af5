import { randomFlip } from '../../../plugins/augmentations/random-flip.js';
import { augmentationCases, image } from './applying.js';

const values = [image([1, 2, 3], [4, 5, 6]), image([7, 8, 9], [10, 11, 12])];
augmentationCases(randomFlip, {
  'the first is mirrored, the second not': {
    options: {},
    values,
    draws: [[0.4, 0.5]],
    expected: [3, 2, 1, 6, 5, 4, 7, 8, 9, 10, 11, 12],
  },
  'top and bottom': {
    options: { axis: 'vertical' },
    values,
    draws: [[0.9, 0.1]],
    expected: [1, 2, 3, 4, 5, 6, 10, 11, 12, 7, 8, 9],
  },
  'both, each by its own draw': {
    options: { axis: 'both' },
    values,
    draws: [
      [0, 0.9],
      [0, 0],
    ],
    expected: [6, 5, 4, 3, 2, 1, 10, 11, 12, 7, 8, 9],
  },
  'by a small probability': {
    options: { probability: 0.2 },
    values,
    draws: [[0.3, 0.1]],
    expected: [1, 2, 3, 4, 5, 6, 9, 8, 7, 12, 11, 10],
  },
});
