import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Imports go one way (DESIGN: problem <- files, random <- engine <- contract <- plugin <- recipe <- run <- cli). */
const root = fileURLToPath(new URL('..', import.meta.url));

/** What each room may import, beside itself. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  problem: [],
  files: ['problem'],
  random: ['problem'],
  engine: ['problem', 'files', 'random'],
  contract: ['engine', 'random', 'problem'],
  plugin: ['contract', 'problem', 'files', 'engine'],
  data: ['contract', 'problem', 'random', 'engine', 'files'],
  evaluate: ['contract', 'problem', 'random', 'engine', 'data', 'train'],
  train: ['contract', 'problem', 'random', 'engine', 'data', 'files', 'evaluate'],
  recipe: ['contract', 'plugin', 'problem', 'files'],
  run: ['contract', 'plugin', 'recipe', 'problem', 'files', 'random', 'engine', 'data', 'train', 'evaluate'],
  testkit: ['contract', 'plugin', 'recipe', 'problem', 'files', 'random', 'engine', 'data', 'train', 'evaluate', 'run'],
  cli: ['contract', 'plugin', 'recipe', 'problem', 'files', 'engine', 'evaluate', 'run', 'testkit'],
  plugins: ['contract', 'plugin', 'problem', 'files', 'random', 'engine'],
};

/** Packages that only one place may name. */
const homes: readonly (readonly [name: RegExp, home: RegExp])[] = [
  [/^@tensorflow\/tfjs-node/, /^core\/engine\/(native|status|shim|native-backend)\.ts$/],
  [/^inversify$|^reflect-metadata$/, /^core\/run\/wire\.ts$/],
  [/^ajv/, /^core\/plugin\/ajv\.ts$/],
  [/^yaml$/, /^core\/recipe\//],
  [/^commander$/, /^core\/cli\//],
  [/^sharp$/, /^plugins\/sources\/images\/decode\.ts$/],
  [/^@duckdb\//, /^core\/files\/duck\//],
  [/^vega/, /^core\/run\/report\/charts\//],
];

interface Import {
  readonly file: string;
  readonly from: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const files = [...sources('core'), ...sources('plugins')];

/** Static and dynamic imports and re-exports, types too. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport\()\s*'([^']+)'|^import\s+'([^']+)'/gm)].map((match) => ({
    file,
    from: match[1] ?? match[2]!,
  }));
}

const imports = files.flatMap(importsOf);

function roomOf(file: string): string {
  const parts = file.split('/');
  if (parts[0] === 'plugins') return 'plugins';
  return parts.length === 2 ? 'door' : parts[1]!;
}

const targetOf = ({ file, from }: Import): string =>
  relative(root, resolve(root, dirname(file), from)).replace(/\.js$/, '.ts');

describe('architecture', () => {
  it('every room is one that the design names', () => {
    const known = new Set([...Object.keys(rooms), 'door']);
    expect([...new Set(files.map(roomOf))].filter((room) => !known.has(room))).toEqual([]);
  });

  it('imports go one way', () => {
    const wrong = imports
      .filter(({ from }) => from.startsWith('.'))
      .filter((one) => {
        const [here, there] = [roomOf(one.file), roomOf(targetOf(one))];
        if (here === 'door' || here === there) return false;
        if (there === 'plugins') return one.file !== 'core/cli/main.ts';
        return !rooms[here]!.includes(there);
      })
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });

  it('tfjs-node, inversify, ajv, yaml, commander, sharp, DuckDB and vega each have one home', () => {
    const wrong = imports.filter(({ file, from }) => homes.some(([name, home]) => name.test(from) && !home.test(file)));
    expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });

  it('vega is loaded when a picture is drawn, and not before', () => {
    const drawing = imports.filter((one) => targetOf(one) === 'core/run/report/charts/draw.ts');
    expect(drawing.map(({ file }) => file)).toEqual(['core/run/report/charts/figure.ts']);
    expect(readFileSync(join(root, 'core/run/report/charts/figure.ts'), 'utf8')).toContain("await import('./draw.js')");
  });

  it('importing a plugin does nothing else: no plugin reads or writes files by itself', () => {
    const wrong = imports.filter(
      ({ file, from }) => roomOf(file) === 'plugins' && /^node:(fs|child_process|net|http)/.test(from),
    );
    expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });

  it('no room is a drawer for leftovers, and files keep to their size', () => {
    expect(files.filter((file) => /(^|\/)(utils?|common|helpers?|misc|shared)(\/|\.ts$)/.test(file))).toEqual([]);
    const long = files.filter((file) => {
      const lines = readFileSync(join(root, file), 'utf8').split('\n').length;
      return lines > (roomOf(file) === 'plugins' ? 150 : 300);
    });
    expect(long).toEqual([]);
  });

  it('validation never loads the native engine: what it imports statically does not lead there', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file) || !files.includes(file)) return;
      reached.add(file);
      const text = readFileSync(join(root, file), 'utf8');
      for (const match of text.matchAll(/^(?:import|export)(?!\s+type)[^;]*?from\s*'(\.[^']+)'/gm))
        visit(targetOf({ file, from: match[1]! }));
    };
    visit('core/cli/validate.ts');
    visit('plugins/index.ts');
    expect([...reached].filter((file) => /core\/engine\/(native|open|install|portable)\.ts$/.test(file))).toEqual([]);
    expect(reached.size).toBeGreaterThan(20);
  });
});
