import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate, recipesFolder, temporaryFolder } from './recipes.js';

const folder = temporaryFolder();

describe('what a generator makes is what stands beside the recipes', () => {
  it.each([
    ['make-pairs.mjs', 'dense-concat-bce.npz'],
    ['make-similarities.mjs', 'cosine-regression-mse.csv'],
  ])('%s: %s', (generator, name) => {
    generate(generator, '--out', join(folder, name));
    expect(readFileSync(join(folder, name)).equals(readFileSync(join(recipesFolder, name)))).toBe(true);
  });

  it('make-tiny.mjs: all of tiny/data, which stays small', () => {
    const data = join(recipesFolder, 'tiny', 'data');
    generate('make-tiny.mjs', '--out', join(folder, 'data'));
    const files = (of: string): string[] =>
      (readdirSync(of, { recursive: true }) as string[]).filter((name) => statSync(join(of, name)).isFile()).sort();
    expect(files(join(folder, 'data'))).toEqual(files(data));
    for (const name of files(data)) {
      expect(readFileSync(join(folder, 'data', name)).equals(readFileSync(join(data, name))), name).toBe(true);
      expect(statSync(join(data, name)).size, name).toBeLessThan(100_000);
    }
  });

  it('make-stream.mjs makes as much as it is asked for, and its beginning does not depend on how much that is', () => {
    const [small, large] = [join(folder, '1.csv'), join(folder, '2.csv')];
    generate('make-stream.mjs', '--megabytes', '1', '--out', small);
    generate('make-stream.mjs', '--megabytes', '2', '--out', large);
    expect(statSync(large).size).toBeGreaterThan(2e6);
    expect(statSync(large).size).toBeLessThan(2.3e6);
    expect(readFileSync(large, 'utf8').startsWith(readFileSync(small, 'utf8'))).toBe(true);
  });
});
