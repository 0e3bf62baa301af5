import { describe, expect } from 'vitest';
import { openPortable } from '../../core/engine/portable.js';
import { nativeTest } from '../engine/native-test.js';
import { groups } from './cases.js';
import { disagreements, resultsOf } from './results.js';

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
