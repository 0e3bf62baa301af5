import { contrast } from '../../../plugins/augmentations/contrast.js';
import { augmentationCases } from './applying.js';

// two pixels of two channels, whose means are 2 and 30
const pixels = [
  [
    [1, 20],
    [3, 40],
  ],
];
augmentationCases(contrast, {
  'half as much again, and half': {
    options: { amount: 0.5 },
    values: [pixels, pixels],
    draws: [[1, 0]],
    expected: [0.5, 15, 3.5, 45, 1.5, 25, 2.5, 35],
  },
  'none at all: each channel its mean': {
    options: { amount: 1 },
    values: [pixels],
    draws: [[0]],
    expected: [2, 30, 2, 30],
  },
});
