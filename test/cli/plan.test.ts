import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const siamese = (...args: string[]) =>
  spawnSync(process.execPath, ['dist/core/cli/main.js', ...args], { cwd: root, encoding: 'utf8' });

describe('plan', () => {
  const { status, stdout, stderr } = siamese('plan', 'recipes/tiny/table.yaml');
  const lines = stdout.split('\n');

  it('tells first what the run will do, then where every value comes from', () => {
    expect(status, stderr).toBe(0);
    const at = (start: string): number => lines.findIndex((line) => line.startsWith(start));
    const order = ['part ', 'train ', 'epoch ', 'training ', 'parameters ', 'memory ', 'Every value', 'version = 1'];
    const places = order.map(at);
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(stdout).toMatch(/^loss\.margin = 4 +recipes\/tiny\/table\.yaml:16:36$/m);
  });

  it('is readable at 80 columns: only a long path is wider', () => {
    const wide = lines.filter((line) => line.length > 80 && !line.startsWith('data.source.path = '));
    expect(wide).toEqual([]);
  });

  it('says how many groups are too small for a positive pair', () => {
    const recipe = join(mkdtempSync(join(tmpdir(), 'siamese-plan-')), 'lone.yaml');
    const items = Array.from({ length: 13 }, (_, i) => [i, i % 3]);
    const groups = items.map(([i]) => Math.floor(i! / 4)); // 0 to 2 four times, 3 once
    const data = `data: { source: { type: arrays, items: ${JSON.stringify(items)}, groups: ${JSON.stringify(groups)} }, split: none }`;
    writeFileSync(
      recipe,
      `version: 1\nname: lone\n${data}\nencoder: mlp\nloss: contrastive\ntrain: { batchSize: 4 }\n`,
    );
    const planned = siamese('plan', recipe);
    rmSync(dirname(recipe), { recursive: true });
    expect(planned.stdout).toContain(
      'groups      4 in training, of 1 to 4 items\n            1 of them with a single item, which is in no positive pair\n',
    );
  });

  it('goes to stdout alone, so that it can be piped', () => {
    expect(stderr).toBe('');
  });
});
