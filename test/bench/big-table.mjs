/**
 * Trains on millions of rows of Parquet, from a cache and from memory, and compares: node test/bench/big-table.mjs
 *   [--rows 5000000] [--rounds 3]
 * Each run is a process of its own: the cache is made, then used and left out in turn. Prints JSON: for each run its peak
 * resident memory and seconds of the processor for a step after the first epoch; the ratio of each round and their median
 * (memory to cache: above 1 where the cache is faster); whether all weights are the same bytes.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    rounds: { type: 'string', default: '3' },
    run: { type: 'string' },
    use: { type: 'string' },
  },
});
const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
const file = join(tmpdir(), `siamese-big-table-${rows}.parquet`);
if (values.run) await train(values.run, values.use);
else await compare();

async function compare() {
  if (!existsSync(file)) await generate();
  const folder = mkdtempSync(join(tmpdir(), 'siamese-big-'));
  const run = (use) => {
    const args = [fileURLToPath(import.meta.url), '--rows', String(rows), '--run', folder, '--use', use];
    const { stdout, status } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    });
    if (status !== 0) process.exit(status ?? 1);
    return JSON.parse(stdout.trim().split('\n').at(-1));
  };
  try {
    const made = run('always');
    const turns = Array.from({ length: rounds }, (_, round) => {
      const uses = round % 2 === 0 ? ['always', 'never'] : ['never', 'always'];
      const both = uses.map(run);
      return both.sort((a, b) => a.use.localeCompare(b.use)); // the cache first
    });
    const ratios = turns.map(([cached, memory]) => memory.cpuPerStep / cached.cpuPerStep);
    const median = ratios.toSorted((a, b) => a - b)[Math.floor(rounds / 2)];
    const same = turns.flat().every(({ weights }) => weights === made.weights);
    console.log(JSON.stringify({ rows, same, ratios, median, made, turns }, null, 1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 50,000 groups; a row is its group's place on 16 waves, and noise. */
async function generate() {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const noise = (column) => `(hash(id * 16 + ${column})::DOUBLE / 18446744073709551615.0 - 0.5) * 1.2`;
  const wave = (column) => `(sin(g * ${(0.37 + column * 0.11).toFixed(2)} + ${column}) + ${noise(column)})::FLOAT`;
  const columns = Array.from({ length: 16 }, (_, column) => `${wave(column)} AS x${column}`).join(', ');
  const groups = `SELECT range AS id, (hash(range) % 50000)::BIGINT AS g FROM range(${rows})`;
  await connection.run(`COPY (SELECT g::INT AS g, ${columns} FROM (${groups})) TO '${file}.part' (FORMAT parquet)`);
  renameSync(`${file}.part`, file);
}

async function train(folder, use) {
  process.env.BIG_TABLE = file;
  const { runRecipe } = await import('../../dist/core/index.js');
  const out = join(folder, `run-${Math.random().toString(36).slice(2)}`);
  const cpu = []; // seconds of the processor at the end of each epoch
  await runRecipe(fileURLToPath(new URL('./recipes/big-table.yaml', import.meta.url)), {
    out,
    set: [`data.cache.use=${use}`, `data.cache.folder=${join(folder, 'cache')}`],
    onEvent: (event) => {
      if (event.kind !== 'epoch') return;
      const { user, system } = process.cpuUsage();
      cpu.push((user + system) / 1e6);
    },
  });
  const weights = createHash('sha256')
    .update(readFileSync(join(out, 'model', 'weights.safetensors')))
    .digest('hex');
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    JSON.stringify({ use, peakMiB, cpuPerStep: (cpu[2] - cpu[0]) / 4000, cpuBeforeSecondEpoch: cpu[0], weights }),
  );
}
