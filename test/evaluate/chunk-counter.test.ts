import { describe, expect, it } from 'vitest';
import { CHUNK } from '../../core/evaluate/chunk-counter-code.js';
import { SharedCounter } from '../../core/evaluate/shared-counter.js';
import { statelessUniform } from '../../core/random/index.js';
import { fill } from './slots.js';

interface Case {
  /** Chunks of each query in each call. */
  readonly chunks: readonly (readonly number[])[];
  readonly thresholds: readonly number[];
  readonly margin: number;
}

/** Counts, and what was unclear, beside what a loop over the values says. */
function counted({ chunks, thresholds, margin }: Case) {
  const counter = SharedCounter.open()!;
  const own = thresholds.map((count, query) => Float32Array.from(statelessUniform(count, [query, 7])));
  counter.begin(own);
  const found = own.map((one) => new Array<number>(one.length).fill(0));
  const expected = own.map((one) => new Array<number>(one.length).fill(0));
  let [unclear, near] = [0, 0];
  for (const [call, perQuery] of chunks.entries()) {
    const count = perQuery.reduce((a, b) => a + b, 0);
    const values = statelessUniform(count * CHUNK, [call, 8]);
    const queryOf = perQuery.flatMap((many, query) => new Array<number>(many * CHUNK).fill(query));
    fill(counter.slot, { values, perQuery, margin });
    counter.add(({ query, value, threshold }) => {
      unclear++;
      expect(queryOf[value]).toBe(query);
      found[query]![threshold]! += Number(values[value]! < own[query]![threshold]!);
    });
    values.forEach((value, i) => {
      own[queryOf[i]!]!.forEach((threshold, at) => {
        expected[queryOf[i]!]![at]! += Number(value < threshold);
        near += Number(Math.abs(value - threshold) <= margin * 0.99);
      });
    });
  }
  own.forEach((_, query) => {
    counter.counts(query).forEach((one, at) => {
      found[query]![at]! += one;
    });
  });
  return { found, expected, unclear, near };
}

describe('values before thresholds', () => {
  it.each([
    ['some queries, in two calls', { chunks: [[1, 2, 0, 3], [4, 0, 1, 1]], thresholds: [3, 1, 2, 17], margin: 1e-3 }],
    ['no query in a call', { chunks: [[0, 0], [1, 1]], thresholds: [1, 1], margin: 1e-6 }],
    ['a margin that tells nothing', { chunks: [[2, 1]], thresholds: [4, 2], margin: 3 }],
    ['more than one call can find', { chunks: [[200, 210, 190]], thresholds: [255, 255, 255], margin: 1e-6 }],
  ] satisfies [string, Case][])('are counted as a loop counts them: %s', (_name, one) => {
    const { found, expected, unclear, near } = counted(one);
    expect(found).toEqual(expected);
    expect(unclear).toBeGreaterThanOrEqual(near); // nothing within the margin is told without a look
  }); // biome-ignore format: a table

  it('counts anew for other thresholds, and tells equal ones alike', () => {
    const counter = SharedCounter.open()!;
    const chunk = { values: Float32Array.from({ length: CHUNK }, (_, i) => i), perQuery: [1], margin: 0.25 };
    for (const thresholds of [[10.5, 10.5, 63.5], [0.5]]) {
      counter.begin([Float32Array.from(thresholds)]);
      fill(counter.slot, chunk);
      counter.add(() => expect.unreachable('all are clear'));
      expect([...counter.counts(0)]).toEqual(thresholds.map((one) => Math.ceil(one)));
    }
  });
});
