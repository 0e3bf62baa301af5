import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { types } from '../../core/engine/graph-proto.js';
import { nativeBackend } from '../../core/engine/native.js';
import { threadsFor } from '../../core/engine/session-config.js';
import { installedPackage } from '../../core/engine/status.js';
import { Program } from '../../core/engine/step.js';
import { trace } from '../../core/engine/trace.js';
import { nativeTest } from './native-test.js';

describe('threads within an operation', () => {
  it('are a share of the processors for each tower, and one at least', () => {
    expect(threadsFor(1, 2)).toBe(2);
    expect(threadsFor(2, 2)).toBe(1);
    expect(threadsFor(2, 8)).toBe(4);
    expect(threadsFor(3, 8)).toBe(2);
    expect(threadsFor(3, 2)).toBe(1);
    expect(threadsFor(1, 500)).toBe(127);
  });

  nativeTest('are those of the program alone, and end with it', () => {
    if (installedPackage() !== null) return; // an installed tfjs-node's sessions share one pool
    program(1).dispose(); // the first one starts threads that stay
    const before = threads();
    const one = program(availableParallelism());
    expect(threads() - before).toBe(1);
    const other = program(1);
    expect(threads() - before).toBe(1 + availableParallelism());
    one.dispose();
    other.dispose();
    expect(threads()).toBe(before);
  });
});

/** Of this process. */
const threads = (): number => readdirSync('/proc/self/task').length;

/** The sum of its input. */
function program(passes: number): Program {
  const x = tfc.zeros([2]); // [2]
  const recorded = trace(nativeBackend(), {
    inputs: { x },
    variables: [],
    compute: () => ({ loss: tfc.sum(x) }), // []
  });
  const feeds = [{ name: 'x', shape: [2], type: types.float }];
  const variant = {
    trace: recorded,
    feeds,
    gathered: [],
    fused: [],
    results: ['loss'],
    steps: 1,
    form: 'graph',
  } as const;
  return new Program(nativeBackend(), { variables: [], tables: [], variants: [variant], passes, rewrites: false });
}
