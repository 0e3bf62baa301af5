import { describe, expect, it } from 'vitest';
import type { Metric } from '../../core/contract/index.js';
import type { BoundEvaluator } from '../../core/evaluate/evaluate.js';
import { figuresOf, notesOf, partResult } from '../../core/run/result.js';

const metric = (family?: readonly [string, string]): Metric => ({
  better: 'higher',
  range: [0, 1],
  description: 'A share.',
  ...(family ? { family } : {}),
});
const metrics = {
  recallAt1: metric(['recallAt', '1']),
  mapAtR: metric(),
  recallAt10: metric(['recallAt', '10']),
  lost: metric(),
};
const evaluator = (name: string, declared: BoundEvaluator['metrics']): BoundEvaluator => ({
  name,
  measures: 'pairs',
  metrics: declared,
  binary: false,
  neighbours: 0,
  instance: null as never,
});

describe('figuresOf', () => {
  it('nests families, and writes null for what was not measured', () => {
    const values = { recallAt1: 0.5, recallAt10: Number.NaN, mapAtR: 0, undeclared: 3 };
    const figures = figuresOf(values, metrics);
    expect(figures).toEqual({ recallAt: { '1': 0.5, '10': null }, mapAtR: 0, lost: null });
    expect(Object.keys(figures)).toEqual(['recallAt', 'mapAtR', 'lost']);
  });
});

describe('partResult', () => {
  const evaluators = [evaluator('verification', { rocAuc: metric() }), evaluator('retrieval', { mapAtR: metric() })];
  const evaluation = { verification: { values: { rocAuc: 0.9 } }, retrieval: { values: { mapAtR: 0.25 } } };

  it('gives verification the threshold that it used, in units of the score', () => {
    expect(partResult(evaluation, evaluators, { closeness: -0.3, score: 0.3 })).toEqual({
      verification: { rocAuc: 0.9, threshold: 0.3 },
      retrieval: { mapAtR: 0.25 },
    });
    expect(partResult(evaluation, evaluators, null).verification).toEqual({ rocAuc: 0.9 });
  });
});

it('notesOf says of which part they are', () => {
  const evaluation = { a: { values: {}, notes: ['one', 'two'] }, b: { values: {} } };
  expect(notesOf('test', evaluation)).toEqual(['test: one', 'test: two']);
});
