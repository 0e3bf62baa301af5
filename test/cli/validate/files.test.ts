import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recipeFiles } from '../../../core/cli/validate/files.js';
import { ProblemError } from '../../../core/problem/index.js';
import { siameseIn, sound, workFolder } from './command.js';

const folder = workFolder();
const here = (path: string): string => join(folder, path);
for (const path of ['b.yaml', 'a.yml', 'deep/er/c.yaml', 'deep/[x].yaml', 'node_modules/n.yaml', 'notes.txt']) {
  mkdirSync(join(here(path), '..'), { recursive: true });
  writeFileSync(here(path), sound);
}
const found = async (...args: string[]): Promise<string[]> =>
  (await recipeFiles(args.map(here), false)).files.map((file) => file.slice(folder.length + 1));

describe('the files that validate is given', () => {
  it('are files, patterns and folders, each file once', async () => {
    expect(await found('b.yaml', '*.yaml')).toEqual(['b.yaml']);
    expect(await found('*.{yaml,yml}')).toEqual(['a.yml', 'b.yaml']);
    expect(await found('**/*.yaml')).toEqual(['b.yaml', 'deep/[x].yaml', 'deep/er/c.yaml']);
    expect(await found('deep')).toEqual(['deep/[x].yaml', 'deep/er/c.yaml']);
    expect(await found('deep/[x].yaml'), 'a file that is there is no pattern').toEqual(['deep/[x].yaml']);
    expect(await found('b.yaml', 'deep/', 'a.yml')).toEqual(['b.yaml', 'deep/[x].yaml', 'deep/er/c.yaml', 'a.yml']);
  });

  it('a pattern without a match, or a folder without a recipe, is wrong usage', async () => {
    mkdirSync(here('empty'));
    for (const name of ['*.toml', 'gone/**/*.yaml', 'empty']) {
      await expect(found(name)).rejects.toThrow(ProblemError);
      expect(siameseIn(folder, ['validate', name])).toMatchObject({ status: 2, stdout: '' });
    }
    expect(siameseIn(folder, ['validate'])).toMatchObject({ status: 2 });
    expect(siameseIn(folder, ['validate', 'gone.yaml']), 'a recipe that is not there').toMatchObject({ status: 1 });
  });

  it('with --untrusted links out of the folder are not followed, and told of', () => {
    mkdirSync(here('secret'));
    mkdirSync(here('theirs'));
    writeFileSync(here('secret/token.yaml'), 'token: [abc\n');
    writeFileSync(here('theirs/own.yaml'), sound);
    symlinkSync('../secret', here('theirs/way'));
    symlinkSync('own.yaml', here('theirs/near.yaml'));
    symlinkSync('../secret/token.yaml', here('theirs/token.yaml'));
    const checked = siameseIn(folder, ['validate', 'theirs', '--untrusted']);
    expect(checked).toMatchObject({ status: 1, stdout: 'theirs/near.yaml: valid\ntheirs/own.yaml: valid\n' });
    expect(checked.stderr).toBe(
      [
        'FILE_MISSING  theirs/token.yaml is a link out of its folder, which --untrusted does not follow',
        '1 problem',
        '3 recipes: 2 valid, 1 not (1 problem)',
        'a link out of the folder, not followed: theirs/way',
        '',
      ].join('\n'),
    );
    expect(siameseIn(folder, ['validate', 'theirs']).stderr).toContain('theirs/way/token.yaml:1:8');
  });
});
