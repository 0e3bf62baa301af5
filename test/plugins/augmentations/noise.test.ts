import { noise } from '../../../plugins/augmentations/noise.js';
import { augmentationCases, image } from './applying.js';

augmentationCases(noise, {
  'of a vector': {
    options: { deviation: 0.5 },
    values: [
      [1, 2],
      [3, 4],
    ],
    draws: [[1, -1, 0, 2]],
    expected: [1.5, 1.5, 3, 5],
  },
  'of an image': { options: {}, values: [image([1, 2])], draws: [[1, -1]], expected: [1.05, 1.95] },
  'of a number': { options: { deviation: 2 }, values: [[1]], draws: [[0.5]], expected: [2] },
});
