import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root, sound, workFolder } from './command.js';

/** action.yml and .pre-commit-hooks.yaml, by what their runners do with them. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly [
      {
        readonly id: string;
        readonly shell: string;
        readonly run: string;
        readonly env: Readonly<Record<string, string>>;
      },
    ];
  };
}
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
const folder = workFolder();
mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
mkdirSync(join(folder, 'my recipes'));
const bin = join(folder, 'node_modules/.bin/siamese');
writeFileSync(bin, `#!/usr/bin/env bash\nexec "${process.execPath}" "${join(root, 'dist/core/cli/main.js')}" "$@"\n`);
chmodSync(bin, 0o755);
writeFileSync(join(folder, 'my recipes/good.yaml'), sound);

function runAction(
  given: Readonly<Record<string, string>>,
  cwd = folder,
): { status: number | null; stdout: string; output: string } {
  const [step] = action.runs.steps;
  const output = join(folder, 'github-output');
  writeFileSync(output, '');
  const inputs = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, one]) => [name, one.default])),
    ...given,
  };
  const env = Object.entries(step.env).map(([name, value]) => [
    name,
    value.replace(/\$\{\{ inputs\.(\w+) \}\}/, (_, key: string) => inputs[key]!),
  ]);
  const { status, stdout } = spawnSync(step.shell, ['-eo', 'pipefail', '-c', step.run], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...Object.fromEntries(env), GITHUB_OUTPUT: output },
  });
  return { status, stdout, output: readFileSync(output, 'utf8') };
}

describe('action.yml', () => {
  it('describes every input, and uses each', () => {
    expect(action.runs.using).toBe('composite');
    const used = Object.values(action.runs.steps[0].env).join();
    for (const [name, { description }] of Object.entries(action.inputs)) {
      expect(description).not.toBe('');
      expect(used).toContain(`inputs.${name} `);
    }
  });

  it('passes good recipes, and annotates a wrong one', () => {
    expect(runAction({ recipes: 'my recipes' })).toEqual({
      status: 0,
      stdout: '1 recipe: 1 valid\n',
      output: 'status=0\n',
    });
    writeFileSync(join(folder, 'my recipes/wrong.yaml'), sound.replace('mlp', 'mpl'));
    const wrong = runAction({ recipes: 'my recipes/*.yaml\n\n' });
    expect(wrong).toMatchObject({ status: 1, output: 'status=1\n' });
    expect(wrong.stdout).toContain(
      '::error file=my recipes/wrong.yaml,line=4,col=10,endColumn=13,title=PLUGIN_UNKNOWN::',
    );
    const report = runAction({ recipes: 'my recipes', format: 'sarif', output: 'siamese.sarif' });
    expect(report).toMatchObject({ status: 1, stdout: '' });
    expect(JSON.parse(readFileSync(join(folder, 'siamese.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(runAction({ recipes: 'nowhere' })).toMatchObject({ status: 1 });
  });

  it('fetches nothing by a name that is not said: where siamese is not installed it says so', () => {
    const found = runAction({}, join(folder, 'my recipes'));
    expect(found).toMatchObject({ status: 2, output: 'status=2\n' });
    expect(found.stdout).toMatch(/^::error title=siamese::siamese is not installed in this repository: run npm ci/);
  });
});

describe('.pre-commit-hooks.yaml', () => {
  it('names commands that work on the files of a commit', () => {
    const hooks = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as {
      id: string;
      entry: string;
      files: string;
    }[];
    for (const { entry, files } of hooks) {
      expect(new RegExp(files).test('recipes/faces.yaml')).toBe(true);
      expect(new RegExp(files).test('other/notes.yaml')).toBe(false);
      const command = `${entry} "my recipes/good.yaml"`;
      expect(spawnSync('bash', ['-c', command], { cwd: folder }).status).toBe(0);
    }
  });
});
