/**
 * Times training on four workloads, each a recipe of recipes/, run as a user's.
 *   npm run bench -- [--workload w1..w4|all|evaluation|coverage|big-table] [--json] [--profile] [--engine native|portable]
 * A line for each: steps per second of whole training (the median of the epochs after the first), of the step alone on
 * one fixed batch, seconds from the start of the process to the end of its first step, and its peak resident memory.
 * Each workload is a process of its own. `evaluation` evaluates 100,000 items of 64 dimensions with intervals instead: its
 * seconds, CPU seconds and peak memory, as JSON; `coverage` counts how often intervals hold the truth; `big-table` trains
 * on five million rows of Parquet, from a cache and from memory.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    workload: { type: 'string', default: 'all' },
    engine: { type: 'string', default: 'native' },
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});
const names = ['w1', 'w2', 'w3', 'w4'];
const others = { evaluation: './evaluate.mjs', coverage: './coverage.mjs', 'big-table': './big-table.mjs' };
if (values.workload in others) {
  const script = fileURLToPath(new URL(others[values.workload], import.meta.url));
  process.exit(spawnSync(process.execPath, [script], { stdio: 'inherit' }).status ?? 1);
}
const wanted = values.workload === 'all' ? names : [values.workload.toLowerCase()];
if (!wanted.every((name) => names.includes(name))) {
  console.error(
    `bench: no workload is called "${values.workload}"; there are ${names.join(', ')}, all, evaluation, coverage and big-table`,
  );
  process.exit(2);
}
const script = fileURLToPath(new URL('./workload.mjs', import.meta.url));
const cell = (value, digits) => (value === null ? '' : value.toFixed(digits)).padStart(12);

if (!values.json) console.log('workload     fit steps/s  step steps/s   first step  peak MiB');
for (const name of wanted) {
  const run = spawnSync(process.execPath, [script, name, values.engine, String(values.profile)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
  const line = run.stdout.trim().split('\n').at(-1);
  if (values.json) {
    console.log(line);
    continue;
  }
  const found = JSON.parse(line);
  console.log(
    `${name}      ${cell(found.steps_per_s, 1)}  ${cell(found.engine_steps_per_s, 1)} ${cell(found.first_step_s, 2)} s ${cell(found.peak_rss_mib, 0)}`,
  );
  if (found.profile) console.log(JSON.stringify(found.profile, null, 2));
}
