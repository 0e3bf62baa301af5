import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeHash } from '../../core/plugin/code-hash.js';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'siamese-code-')));
});
afterEach(() => rmSync(folder, { recursive: true }));
const put = (name: string, text: string): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const hash = (name: string, isPackage = false): string => codeHash(join(folder, name), isPackage);

describe('the hash of a file of plugins', () => {
  it.each([
    ["import { a } from './part.js';", 'part.ts'], // as TypeScript names it
    ["export * from './part.mjs'", 'part.mts'],
    ['import "../part.js";', '../part.js'],
    ["import {\n  a,\n  type B,\n} from './part'", 'part.ts'],
    ["const { a } = await import('./lib')", 'lib/index.js'],
    ["const a = require( './part.cjs' );", 'part.cjs'],
    ["import table from './part.json' with { type: 'json' };", 'part.json'],
    ["import './deep/one.js';", 'deep/two.ts'],
    ['const a = await import(`./part.js`)', 'part.js'],
    ["const a = await import(/* its own */ './part.js')", 'part.js'],
  ])('%s: changes with %s', (text, part) => {
    put('in/plugin.ts', text);
    put('in/deep/one.js', "import './two.ts'");
    put(join('in', part), 'before');
    const before = hash('in/plugin.ts');
    expect(hash('in/plugin.ts')).toBe(before);
    put(join('in', part), 'after');
    expect(hash('in/plugin.ts')).not.toBe(before);
  });

  it('does not change with what lies beside, goes round in circles once, and leaves to loading what is not there', () => {
    put('plugin.ts', "import './other.js'; import './nowhere.js'; import 'siamese';");
    put('other.js', "import './plugin.js'; import './plugin.ts';");
    const before = hash('plugin.ts');
    put('beside.ts', 'anything');
    expect(hash('plugin.ts')).toBe(before);
    put('other.js', '');
    expect(hash('plugin.ts')).not.toBe(before);
  });

  it('changes with whichever of two files of a name is loaded', () => {
    put('plugin.ts', "import './part';");
    put('part.ts', 'one');
    put('part.js', 'one');
    const before = hash('plugin.ts');
    put('part.js', 'two');
    const after = hash('plugin.ts');
    put('part.ts', 'two');
    expect(new Set([before, after, hash('plugin.ts')]).size).toBe(3);
  });

  it('of a link is that of where it leads, with what lies beside there', () => {
    put('real/plugin.ts', "import './part.js';");
    put('real/part.js', 'one');
    symlinkSync(join(folder, 'real', 'plugin.ts'), join(folder, 'plugin.ts'));
    const before = hash('plugin.ts');
    put('real/part.js', 'two');
    expect(hash('plugin.ts')).not.toBe(before);
  });

  it('does not read what no import means: data, endless files, paths that cannot be', () => {
    put('beside.ts', '');
    put('data.bin', 'x');
    const endless = join(folder, 'endless.ts');
    writeFileSync(endless, '');
    truncateSync(endless, 2 ** 31);
    const wild = ["'./data.bin'", "'./endless'", "'./beside.ts/x'", `'./${'x'.repeat(5000)}'`];
    put('plugin.ts', wild.map((name) => `// it comes from ${name}\n`).join(''));
    const before = hash('plugin.ts');
    put('data.bin', 'y');
    expect(hash('plugin.ts')).toBe(before);
  });

  it('tells files that exchange their texts', () => {
    put('plugin.ts', "import './a.js'; import './b.js';");
    put('a.js', 'one');
    put('b.js', 'two');
    const before = hash('plugin.ts');
    put('a.js', 'two');
    put('b.js', 'one');
    expect(hash('plugin.ts')).not.toBe(before);
  });

  it('of a package is that of its entry and its package.json', () => {
    put('package/package.json', '{ "version": "1.0.0" }');
    put('package/dist/index.js', "import './part.js'");
    put('package/dist/part.js', 'one');
    const before = hash('package/dist/index.js', true);
    put('package/dist/part.js', 'two');
    expect(hash('package/dist/index.js', true)).toBe(before);
    put('package/package.json', '{ "version": "1.0.1" }');
    expect(hash('package/dist/index.js', true)).not.toBe(before);
  });
});
