/** `npm run fuzz -- --runs N [--seed S] [READER...]`: N inputs for each reader (100,000 unless told), the seed printed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
if (![values.runs, values.seed].every((value) => /^\d+$/.test(value))) {
  process.stderr.write('fuzz: --runs and --seed take whole numbers\n');
  process.exit(2);
}
process.stderr.write(`fuzz: ${values.runs} inputs for each reader, seed ${values.seed}\n`);
const root = fileURLToPath(new URL('../..', import.meta.url));
const readers = positionals.length > 0 ? positionals.map((name) => `test/fuzz/${name}`) : ['test/fuzz/'];
const args = ['node_modules/vitest/vitest.mjs', 'run', ...readers, '--maxWorkers=1', '--testTimeout=86400000'];
const child = spawn(process.execPath, args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SIAMESE_FUZZ_RUNS: values.runs, SIAMESE_FUZZ_SEED: values.seed },
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
