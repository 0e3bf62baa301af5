import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

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

const folder = mkdtempSync(join(tmpdir(), 'siamese-eval-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('eval of a plugin that a recipe loads', () => {
  const loss = `import { definePlugin, Loss, ops } from 'siamese';
export default definePlugin(Loss, {
  name: 'acme/square',
  summary: 'The square of the distance.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  needs: { score: 'distance' },
  create: () => ({ perPair: (distance) => ops.square(distance) }),
});
`;
  const data = 'data: { source: { type: synthetic, groups: 9, perGroup: 10 } }';
  writeFileSync(join(folder, 'square.mjs'), loss);
  writeFileSync(
    join(folder, 'recipe.yaml'),
    `version: 1\nname: square\nplugins: [./square.mjs]\n${data}\nencoder: mlp\nloss: acme/square\n`,
  );
  const args = ['eval', 'loss', 'acme/square', '--input', '-'];
  const evaluate = (more: readonly string[]) =>
    spawnSync(process.execPath, [`${root}dist/core/cli/main.js`, ...args, ...more], {
      cwd: folder,
      input: '{"left":[[0,0],[1,1]],"right":[[3,4],[1,3]],"target":[1,0]}',
      encoding: 'utf8',
    });
  expect(evaluate([]).stderr).toContain('PLUGIN_UNKNOWN  no loss is called "acme/square"');
  const { status, stdout, stderr } = evaluate(['--recipe', 'recipe.yaml']);
  expect(status, stderr).toBe(0);
  expect((JSON.parse(stdout) as { value: number }).value).toBeCloseTo(14.5, 4); // the mean of 25 and 4
});
