import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Every command, recipe, plugin and output that the README shows. */
const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'siamese-readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  writeFileSync(join(folder, 'my-loss.ts'), blocks('ts')[0]!);
  writeFileSync(join(folder, 'my-recipe.yaml'), blocks('yaml')[1]!);
});

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1]!);
const commands = blocks('sh').flatMap((block) =>
  block
    .split('\n')
    .map((line) => line.replace(/\s{2,}#.*$/, '').trim())
    .filter((line) => line !== ''),
);
const withoutComments = (text: string): string => text.replace(/^#.*\n/gm, '');
const siamese = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'dist/core/cli/main.js'), ...args], { cwd: folder, encoding: 'utf8' });

/** A small form of what would take minutes, and a place of its own for what would be written into the repository. */
const small =
  '--set train.stepsPerEpoch=2 --set train.epochs=1 --set evaluate.metrics=[verification] --set evaluate.baselines=off';
const inTest: Readonly<Record<string, string>> = {
  'npm start': `npm start -- ${small} --out ${join(folder, 'start')}`,
};
const adapted = (command: string): string =>
  (inTest[command] ?? command)
    .replace('my-recipe.yaml', join(folder, 'init.yaml'))
    .replace(/ -- run \S+/, (all) => `${all} --out ${join(folder, 'run')}`);

describe('README', () => {
  it('shows the commands that are tested here', () => {
    expect(commands).toContain('npm start');
    expect(commands).toContain('npm test');
    expect(commands.length).toBeGreaterThan(8);
  });

  for (const command of commands.filter((one) => one !== 'npm test')) {
    it(`runs: ${command}`, { timeout: 240_000 }, () => {
      const { status, stdout, stderr } = spawnSync('bash', ['-c', adapted(command)], { cwd: root, encoding: 'utf8' });
      expect(status, stderr + stdout).toBe(0);
      expect(stdout + stderr).not.toBe('');
    });
  }

  it('npm test is what continuous integration runs', () => {
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toMatch(/^npm test$/m);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['test']).toBe('node setup.mjs test');
  });

  it('shows the recipe as it is', () => {
    const [recipe] = blocks('yaml');
    expect(withoutComments(readFileSync(join(root, 'recipes/mnist-contrastive.yaml'), 'utf8'))).toBe(recipe);
  });

  it('has a plugin and a recipe that work as they stand', () => {
    const { status, stderr } = siamese('run', 'my-recipe.yaml', '--out', join(folder, 'plugin'));
    expect(status, stderr).toBe(0);
    const result = JSON.parse(readFileSync(join(folder, 'plugin/result.json'), 'utf8')) as { status: string };
    expect(result.status).toBe('completed');
  });

  it('shows mistakes as they are told', () => {
    const [shown] = blocks('text').filter((block) => block.includes('siamese validate faces.yaml'));
    const [, ...output] = shown!.split('\n');
    const broken = readFileSync(join(root, 'test/golden/readme/faces.yaml'), 'utf8');
    writeFileSync(join(folder, 'faces.yaml'), broken);
    const { status, stderr } = siamese('validate', 'faces.yaml');
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(output.join('\n').trim());
  });

  it('shows a run as it is printed, but for figures and times', () => {
    const [shown] = blocks('text').filter((block) => block.includes('epoch 1/5'));
    const words = (text: string): string[] =>
      [...new Set(text.match(/[a-zA-Z][\w.]*[a-zA-Z]\w*/g))].filter((word) => !/^\d/.test(word));
    const { stdout, stderr } = siamese('run', 'my-recipe.yaml', '--out', join(folder, 'shown'));
    const printed = new Set(words(stdout + stderr));
    const own = /^(siamese|run|mnist|contrastive|contrastive.yaml|TensorFlow|runs|native|npm|start|recipes|yaml)$/;
    expect(words(shown!).filter((word) => !printed.has(word) && !own.test(word))).toEqual([]);
  });
});
