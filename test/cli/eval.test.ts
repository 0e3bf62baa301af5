import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** The reference cases once through the command line itself; `test/reference.test.ts` has them all, on every engine. */
const root = fileURLToPath(new URL('../..', import.meta.url));
interface Case {
  readonly kind: string;
  readonly type: string;
  readonly options: object;
  readonly inputs: object;
  readonly value: unknown;
  readonly gradient?: Readonly<Record<string, number[][] | number[]>>;
}
const { cases } = JSON.parse(readFileSync(`${root}test/reference/random.json`, 'utf8')) as { cases: Case[] };

const numbers = (value: unknown): number[] =>
  typeof value === 'number' ? [value] : Object.values(value as object).flatMap(numbers);

for (const type of ['contrastive', 'cosine-embedding', 'bce', 'minkowski', 'verification', 'retrieval']) {
  it(`eval ${type}: value and gradient of the reference`, () => {
    const one = cases.find((found) => found.type === type)!;
    const args = ['eval', one.kind, type, '--options', JSON.stringify(one.options), '--input', '-'];
    const ended = spawnSync(process.execPath, [`${root}dist/core/cli/main.js`, ...args], {
      input: JSON.stringify(one.inputs),
      encoding: 'utf8',
    });
    expect(ended.status, ended.stderr).toBe(0);
    const got = JSON.parse(ended.stdout) as { value: Record<string, unknown>; gradient: Record<string, unknown> };
    const pairs: [unknown, unknown][] = Object.entries(one.gradient ?? {}).map(([name, want]) => [
      got.gradient[name],
      want,
    ]);
    if (one.kind !== 'metric') pairs.push([got.value, one.value]);
    else
      for (const [name, want] of Object.entries(one.value as object)) {
        if (typeof want === 'number') pairs.push([got.value[name], want]);
        else
          for (const [key, member] of Object.entries(want as object))
            pairs.push([(got.value[name] as Record<string, unknown>)[key], member]);
      }
    for (const [is, must] of pairs) {
      const [a, b] = [numbers(is), numbers(must)];
      expect(a).toHaveLength(b.length);
      for (const [i, value] of a.entries())
        expect(Math.abs(value - b[i]!)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(b[i]!)));
    }
  });
}
