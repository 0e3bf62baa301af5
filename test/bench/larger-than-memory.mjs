/**
 * Trains on bytes that memory does not hold, and once more where it does: node test/bench/larger-than-memory.mjs
 *   [--items 1300000] [--limit 2048] [--hidden 128] [--steps 2000]
 * `--limit` MiB are what the first run and the cache of its files may have, by a control group of Linux: for root. An item has
 * 3,072 bytes. Prints JSON: for each run its steps a second after the first tenth, its peak of resident memory in MiB (mapped
 * files count), pages that a step had to wait for; whether the weights are the same bytes.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1300000' },
    limit: { type: 'string', default: '2048' },
    hidden: { type: 'string', default: '128' },
    steps: { type: 'string', default: '2000' },
    run: { type: 'string' },
    group: { type: 'string' },
  },
});
const WIDTH = 3072;
const SHARD = 100_000;
const GROUPS = 2000;
if (values.run) await train(values.run);
else compare();

function compare() {
  const folder = mkdtempSync(join(tmpdir(), 'siamese-larger-'));
  const group = controlGroup();
  try {
    generate(folder, Number(values.items));
    const run = (...more) => {
      const args = [
        fileURLToPath(import.meta.url),
        '--run',
        folder,
        '--hidden',
        values.hidden,
        '--steps',
        values.steps,
      ];
      const found = spawnSync(process.execPath, [...args, ...more], {
        stdio: ['ignore', 'pipe', 'inherit'],
        encoding: 'utf8',
      });
      if (found.status !== 0) throw new Error(`a run ended with ${found.status ?? found.signal}`);
      return JSON.parse(found.stdout.trim().split('\n').at(-1));
    };
    const limited = run('--group', group);
    const free = run();
    const { weights, ...one } = limited;
    const { weights: others, ...two } = free;
    const dataMiB = Math.round((Number(values.items) * WIDTH) / 2 ** 20);
    const ratio = limited.stepsPerSecond / free.stepsPerSecond;
    console.log(
      JSON.stringify({
        dataMiB,
        limitMiB: Number(values.limit),
        limited: one,
        free: two,
        ratio,
        same: weights === others,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmdirSync(group);
  }
}

/** A control group with the limit, of version 1 or 2. */
function controlGroup() {
  const isFirst = existsSync('/sys/fs/cgroup/memory');
  const group = join(isFirst ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup', 'siamese-larger-than-memory');
  if (!existsSync(group)) mkdirSync(group);
  writeFileSync(join(group, isFirst ? 'memory.limit_in_bytes' : 'memory.max'), String(Number(values.limit) * 2 ** 20));
  return group;
}

/** Shards of .npy; an item is its group's bytes, the lower bits of each drawn. */
function generate(folder, items) {
  let state = 1;
  const draw = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const bases = Uint32Array.from({ length: (GROUPS * WIDTH) / 4 }, draw);
  for (let shard = 0, from = 0; from < items; shard++, from += SHARD) {
    const count = Math.min(SHARD, items - from);
    const groups = Int32Array.from({ length: count }, () => draw() % GROUPS);
    const words = new Uint32Array((count * WIDTH) / 4);
    for (let item = 0, at = 0; item < count; item++) {
      const base = (groups[item] * WIDTH) / 4;
      for (let i = 0; i < WIDTH / 4; i++) words[at++] = bases[base + i] ^ (draw() & 0x3f3f3f3f);
    }
    writeFileSync(join(folder, `items-${shard}.npy`), npy('|u1', `${count}, ${WIDTH}`, words));
    writeFileSync(join(folder, `groups-${shard}.npy`), npy('<i4', `${count},`, groups));
  }
}

function npy(type, shape, data) {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`, 'latin1');
  const lead = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([lead, header, Buffer.from(data.buffer)]);
}

async function train(folder) {
  if (values.group) writeFileSync(join(values.group, 'cgroup.procs'), String(process.pid));
  process.env.LARGER = folder;
  const { runRecipe } = await import('../../dist/core/index.js');
  const out = join(folder, `run-${process.pid}`);
  const times = [];
  await runRecipe(fileURLToPath(new URL('./recipes/larger-than-memory.yaml', import.meta.url)), {
    out,
    set: [
      `data.cache.folder=${join(folder, 'cache')}`,
      `encoder.hidden=[${values.hidden}]`,
      `train.steps=${values.steps}`,
    ],
    onEvent: (event) =>
      event.kind === 'step' && times.push([event.step, performance.now(), process.resourceUsage().majorPageFault]),
  });
  const [from, to] = [times[Math.floor(times.length / 10)], times.at(-1)];
  const steps = to[0] - from[0];
  const { maxRSS } = process.resourceUsage();
  const weights = createHash('sha256')
    .update(readFileSync(join(out, 'model', 'weights.safetensors')))
    .digest('hex');
  const figures = { stepsPerSecond: (1000 * steps) / (to[1] - from[1]), faultsPerStep: (to[2] - from[2]) / steps };
  console.log(JSON.stringify({ ...figures, peakMiB: Math.round(maxRSS / 1024), weights }));
}
