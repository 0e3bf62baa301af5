import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Json, Kind } from '../core/contract/index.js';
import { type CaseResult, evaluateCase } from '../core/run/case/evaluate-case.js';
import { nativeTest } from './engine/native-test.js';
import { availableBackends } from './run/backends.js';
import { evaluateCompiled } from './run/compiled-case.js';
import { ownPlugins } from './run/own-plugins.js';

/** A case of the reference files: float64 values and gradients made by other libraries. */
interface ReferenceCase {
  readonly kind: 'loss' | 'distance' | 'metric';
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly value: Json;
  readonly gradient?: Readonly<Record<string, Json>>;
  readonly source: string;
}
interface ReferenceFile {
  readonly tolerance: number;
  readonly cases: readonly ReferenceCase[];
}

const files = ['toy', 'random', 'close-calls'].map((name) => {
  const text = readFileSync(new URL(`reference/${name}.json`, import.meta.url), 'utf8');
  return { name, ...(JSON.parse(text) as ReferenceFile) };
});
const registry = await ownPlugins();
const backends = await availableBackends();

/** A metric is an evaluator's. */
const slotOf = { loss: 'loss', distance: 'distance', metric: 'evaluator' } as const satisfies Record<string, Kind>;
const here = ({ kind, type }: ReferenceCase): boolean => registry.get(slotOf[kind], type) !== undefined;

describe.each(backends)('reference values on $name', ({ open }) => {
  beforeAll(open);
  for (const { name, tolerance, cases } of files) {
    describe(name, () => {
      for (const one of cases.filter(here)) {
        it(`${one.kind} ${one.type} ${JSON.stringify(one.options)}`, async () => {
          expectReference(await evaluateCase({ registry, ...one }), one, tolerance);
        });
      }
    });
  }
});

describe('reference values of compiled graphs', () => {
  for (const { name, tolerance, cases } of files) {
    for (const one of cases.filter((each) => here(each) && each.kind !== 'metric')) {
      nativeTest(`${name}: ${one.kind} ${one.type} ${JSON.stringify(one.options)}`, () => {
        const found = evaluateCompiled({ registry, ...one, kind: one.kind as 'distance' | 'loss' });
        expectReference(found, one, tolerance);
      });
    }
  }
});

describe('reference files', () => {
  it('have no case that is left out without a line', () => {
    const left = new Map<string, number>();
    for (const one of files.flatMap(({ cases }) => cases).filter((each) => !here(each))) {
      const name = `${one.kind} ${one.type}`;
      left.set(name, (left.get(name) ?? 0) + 1);
    }
    const total = files.flatMap(({ cases }) => cases).length;
    const missing = Array.from(left.values()).reduce((sum, count) => sum + count, 0);
    const names = Array.from(left, ([name, count]) => `${name} (${count})`).join(', ');
    console.log(`reference: ${total - missing} of ${total} cases compared; not here: ${names || 'none'}`);
    expect(Array.from(left.keys())).toEqual([]);
  });
});

function expectReference({ value, gradient }: CaseResult, one: ReferenceCase, tolerance: number): void {
  compare('value', value, { expected: one.value, tolerance });
  expect(Object.keys(gradient ?? {}).sort()).toEqual(Object.keys(one.gradient ?? {}).sort());
  for (const [input, expected] of Object.entries(one.gradient ?? {})) {
    compare(`gradient by ${input}`, gradient![input]!, { expected, tolerance });
  }
}

/** Every expected number of nested lists and maps, relative to max(1, |expected|). A map may hold more. */
function compare(
  path: string,
  actual: Json | undefined,
  { expected, tolerance }: { expected: Json; tolerance: number },
): void {
  if (typeof expected === 'number') {
    const error = Math.abs((actual as number) - expected) / Math.max(1, Math.abs(expected));
    expect(error, `${path}: ${actual}, expected ${expected}`).toBeLessThanOrEqual(tolerance);
    return;
  }
  if (Array.isArray(expected)) expect((actual as readonly Json[]).length, path).toBe(expected.length);
  for (const [key, value] of Object.entries(expected as object)) {
    compare(`${path}.${key}`, (actual as Readonly<Record<string, Json>>)[key], { expected: value as Json, tolerance });
  }
}
