import { expect, it } from 'vitest';
import { flatten } from '../../core/run/figure-paths.js';

it('lists bounds from the widest on and cuts from the first on, whatever the order of the keys', () => {
  const paths = flatten({
    verification: { rocAuc: 1, tarAtFar: { '0.001': 2, '1': 3, '0': null, '1e-7': 4, '0.1': 5 }, accuracy: null },
    retrieval: { recallAt: { '10': 6, '5': 7, '1': 8 } },
  });
  expect([...paths]).toEqual([
    ['verification.rocAuc', 1],
    ['verification.tarAtFar1', 3],
    ['verification.tarAtFar0.1', 5],
    ['verification.tarAtFar0.001', 2],
    ['verification.tarAtFar1e-7', 4],
    ['verification.tarAtFar0', null],
    ['verification.accuracy', null],
    ['retrieval.recallAt1', 8],
    ['retrieval.recallAt5', 7],
    ['retrieval.recallAt10', 6],
  ]);
});
