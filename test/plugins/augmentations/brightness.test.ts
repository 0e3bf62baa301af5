import { brightness } from '../../../plugins/augmentations/brightness.js';
import { augmentationCases } from './applying.js';

const values = [[[[0.5, 0.25, 1]]], [[[0.5, 0.25, 1]]]];
augmentationCases(brightness, {
  'lighter, and darker, in all channels': {
    options: { amount: 0.5 },
    values,
    draws: [[1, 0.25]],
    expected: [1, 0.75, 1.5, 0.25, 0, 0.75],
  },
});
