import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from './pages.js';

/**
 * `docs/reference/api/` is what typedoc makes of the docstrings now (`npm run docs:api` writes it), and all that a program
 * can import is there and explained: typedoc's warnings (an export without a docstring, a type that is named and not
 * exported, a broken link) are errors.
 */
const folder = mkdtempSync(join(tmpdir(), 'siamese-api-'));
const kept = join(root, 'docs', 'reference', 'api');
const ended = { status: null as number | null, output: '' };

beforeAll(() => {
  const typedoc = join(root, 'node_modules', 'typedoc', 'bin', 'typedoc');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [typedoc, '--options', 'docs/typedoc.json', '--out', folder, '--logLevel', 'Warn'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  Object.assign(ended, { status, output: stdout + stderr });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pagesIn = (at: string): string[] =>
  (readdirSync(at, { recursive: true }) as string[]).filter((name) => name.endsWith('.md')).sort();

it('typedoc has nothing to say against the docstrings', () => {
  expect(ended.output).toBe('');
  expect(ended.status).toBe(0);
});

it('the pages are those of the docstrings', () => {
  const made = pagesIn(folder);
  expect(made).toContain('siamese.md');
  expect(pagesIn(kept)).toEqual(made);
  const text = (at: string, page: string): string => readFileSync(join(at, page), 'utf8');
  const stale = made.filter((page) => text(kept, page) !== text(folder, page));
  expect(stale, 'npm run docs:api writes them anew').toEqual([]);
});

it('every property of what is exported is explained', () => {
  const unexplained = pagesIn(folder).flatMap((page) =>
    tablesOf(readFileSync(join(folder, page), 'utf8')).flatMap(([header, , ...rows]) => {
      const properties = rows.filter((row) => row[0]!.startsWith('<a id="property-'));
      const column = header!.indexOf('Description');
      return properties.filter((row) => column < 0 || row[column] === '-').map((row) => `${page}: ${row[0]}`);
    }),
  );
  expect(unexplained).toEqual([]);
});

/** Tables of a page: rows of cells. */
function tablesOf(text: string): readonly (readonly string[])[][] {
  const blocks = text.split('\n\n').filter((block) => block.startsWith('| '));
  return blocks.map((block) => block.split('\n').map((line) => line.slice(2, -2).split(/ (?<!\\)\| /)));
}
