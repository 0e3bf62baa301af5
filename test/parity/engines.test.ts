import { describe, expect, test } from 'vitest';
import { openPortable } from '../../core/engine/portable.js';
import { nativeTest } from '../engine/native-test.js';
import { cases as all, groups } from './cases.js';
import { disagreements, resultsOf } from './results.js';

test('every case has a name of its own', () => {
  const names = all.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

describe('the native and the portable engine give the same numbers', () => {
  for (const [group, cases] of Object.entries(groups)) {
    nativeTest(group, async () => {
      const native = cases.map(resultsOf);
      await openPortable();
      const portable = cases.map(resultsOf);
      expect(cases.flatMap(({ name }, at) => disagreements(name, native[at]!, portable[at]!))).toEqual([]);
    });
  }
});
