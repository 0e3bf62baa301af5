import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Test files that replace modules, or ask which engine is chosen when none is: each in a process of its own. */
const mocks = readdirSync(here('test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && readFileSync(here(`test/${name}`), 'utf8').includes('vi.mock('))
  .map((name) => `test/${name}`);
const alone = ['test/engine/open.test.ts', 'test/train/encoder-backends.test.ts', ...mocks];
/** Their modules are loaded once in each process, not once for each file: half the time of most. */
const together = { isolate: false, setupFiles: ['test/fresh-backend.ts'], exclude: alone };

/** Begun first: files that take minutes, or no other one would be left to run beside them. */
const long = ['recipes/every-recipe', 'testkit/catalogue', 'recipes/large-recipes', 'run/compiled', 'cli/plugins-new'];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      long.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** Processes run what was built: DuckDB's, too, where the sources of siamese start it. */
const processes: Plugin = {
  name: 'processes',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/core/files/duck/process.ts')) return null;
    const built = new URL('dist/core/files/duck/process.js', import.meta.url);
    return { code: code.replace('import.meta.url', JSON.stringify(built.href)), map: null };
  },
};

export default defineConfig({
  plugins: [processes],
  resolve: {
    alias: [
      { find: /^siamese\/testkit$/, replacement: here('core/testkit/index.ts') },
      { find: /^siamese$/, replacement: here('core/index.ts') },
    ],
  },
  test: {
    setupFiles: ['test/fixed-seed.ts'],
    pool: 'forks', // the native engine is an addon: it cannot be loaded in worker threads twice
    maxWorkers: availableParallelism() + 1, // files that wait leave a processor to others
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], ...together } },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
