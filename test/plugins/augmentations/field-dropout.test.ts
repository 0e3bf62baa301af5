import { fieldDropout } from '../../../plugins/augmentations/field-dropout.js';
import { augmentationCases } from './applying.js';

augmentationCases(fieldDropout, {
  'one item loses all of its values': {
    options: {},
    values: [
      [1, 2],
      [3, 4],
    ],
    draws: [[0.05, 0.5]],
    expected: [0, 0, 3, 4],
  },
});
augmentationCases(
  fieldDropout,
  {
    'ids become padding': {
      options: { probability: 0.5 },
      values: [
        [5, 6, 0],
        [7, 0, 0],
      ],
      draws: [[0.6, 0.4]],
      expected: [5, 6, 0, 0, 0, 0],
    },
  },
  'int32',
);
