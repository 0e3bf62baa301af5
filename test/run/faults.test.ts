import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../core/contract/index.js';
import { Schedule, Source, Tracker } from '../../core/contract/index.js';
import { definePlugin, type Plugin } from '../../core/plugin/define.js';
import { view } from '../../core/plugin/view.js';
import { runDifferences } from '../../core/run/identical.js';
import { synthetic } from '../../plugins/sources/synthetic.js';
import { problemOf } from '../files/problem-of.js';
import { temporaryFolder } from './command.js';
import { resumeRecipe, runRecipe } from './running.js';

const folder = temporaryFolder();
const at = (...names: string[]): string => join(folder, ...names);
const json = (...path: string[]) => JSON.parse(readFileSync(at(...path), 'utf8'));
const none = { type: 'object', additionalProperties: false, properties: {} } as const;

/** What happens after a step, from outside: a tracker is told of each. */
let meddle: (step: number) => void = () => {};
let isBroken = false;
const meddling = definePlugin(Tracker, {
  name: 'test/meddling',
  summary: 'Calls out.',
  options: none,
  create: () => ({
    open: async () => ({
      record: ({ kind, step }) => {
        if (kind === 'step') meddle(step);
      },
      position: (): Json => null,
      close: async () => {},
    }),
  }),
});
const breakable = definePlugin(Schedule, {
  name: 'test/breakable',
  summary: 'Constant, unless it is broken.',
  options: none,
  create: () => ({
    factor: () => {
      if (isBroken) throw new Error('out of luck');
      return 1;
    },
  }),
});
const plugins: readonly Plugin[] = [meddling, breakable];

const recipe = (name: string, data: string, more = ''): string => {
  const text = `version: 1
name: ${name}
engine: portable
data: ${data}
encoder: { type: mlp, hidden: [6], dimensions: 3 }
loss: contrastive
${more || 'trackers: [test/meddling]\ntrain: { epochs: 4, batchSize: 10, schedule: test/breakable, checkpoint: { every: 5 } }'}
evaluate: { metrics: [verification], baselines: off }
`;
  writeFileSync(at(`${name}.yaml`), text);
  return at(`${name}.yaml`);
};
const groups = '{ source: { type: synthetic, groups: 6, perGroup: 15 }, split: { type: stratified, validation: 0.2, test: 0.2 } }'; // biome-ignore format: one line

describe('a data file of a stream', () => {
  const rows = Array.from({ length: 600 }, (_, i) => `k${i},g${i % 6},${(i * 7) % 13},${(i * 5) % 11}`);
  const whole = `key,group,a,b\n${rows.join('\n')}\n`;
  const file = at('rows.csv');
  const data = '{ source: { type: table, path: rows.csv, key: key, group: group, stream: true }, split: { type: hash, validation: 0.2, test: 0.2 }, shuffleBuffer: 100 }'; // biome-ignore format: one line
  const faults: Readonly<Record<string, readonly [() => void, RegExp]>> = {
    'that changes': [() => writeFileSync(file, whole.replace('k7,g1', 'k7,g4')), /rows\.csv was changed while it was in use, at/], // biome-ignore format: one line
    'that is cut': [() => writeFileSync(file, whole.slice(0, 900)), /rows\.csv was changed while it was in use, from \d+ to 900 bytes/], // biome-ignore format: one line
  };

  it.each(Object.entries(faults))(
    '%s during the run ends it, and put back it goes on',
    async (name, [fault, message]) => {
      writeFileSync(file, whole);
      const path = recipe(`stream-${name.split(' ').at(-1)}`, data);
      const [straight, out] = [at(`${name}-straight`), at(`${name}-out`)];
      meddle = () => {};
      await runRecipe(path, { out: straight, plugins });
      meddle = (step) => step === 60 && fault();
      const found = await problemOf(() => runRecipe(path, { out, plugins }));
      expect([found.code, found.message]).toEqual(['DATA_MISSING', expect.stringMatching(message)]);
      expect(json(`${name}-out`, 'result.json')).toMatchObject({ status: 'failed' });
      meddle = () => {};
      writeFileSync(file, whole);
      await resumeRecipe(out, { plugins });
      expect(await runDifferences(straight, out)).toEqual([]);
    },
  );

  it('that vanishes or is replaced is held open: the run ends on the data that it began with', async () => {
    writeFileSync(file, whole);
    const path = recipe('stream-held', data);
    meddle = () => {};
    await runRecipe(path, { out: at('held-straight'), plugins });
    meddle = (step) => {
      if (step === 60) rmSync(file);
      if (step === 90) writeFileSync(file, 'something else');
    };
    const { result } = await runRecipe(path, { out: at('held'), plugins });
    expect(result.status).toBe('completed');
    expect(await runDifferences(at('held-straight'), at('held'))).toEqual([]);
  });
});

describe('a plugin', () => {
  it('that throws is named, and the run goes on once it does not', async () => {
    const path = recipe('throws', groups);
    meddle = () => {};
    await runRecipe(path, { out: at('throws-straight'), plugins });
    meddle = (step) => {
      isBroken = step === 12;
    };
    const { code, message } = await problemOf(() => runRecipe(path, { out: at('throws'), plugins }));
    expect([code, message]).toEqual(['PLUGIN_FAILED', 'the schedule threw: out of luck']);
    isBroken = false;
    const foreseen = await problemOf(() => {
      isBroken = true;
      return resumeRecipe(at('throws'), { plugins });
    });
    expect(foreseen.message).toBe('schedule test/breakable threw: out of luck');
    isBroken = false;
    meddle = () => {};
    const { notes } = await resumeRecipe(at('throws'), { plugins });
    expect(notes).toContain('going on after step 10');
    expect(await runDifferences(at('throws-straight'), at('throws'))).toEqual([]);
  });

  it('that hangs when it is closed is told of and left alone: the run ends, nothing is lost', async () => {
    const never = (): Promise<void> => new Promise(() => {});
    const plain = view(synthetic as unknown as Plugin<'source'>);
    const hangs = definePlugin(Source, {
      name: 'test/hangs',
      summary: 'Never closes.',
      options: none,
      access: 'random',
      relations: ['groups'],
      create: (_, context) => {
        const made = plain.create({ groups: 6, perGroup: 15, shape: [16], noise: 0.5, seed: 0 }, context as never);
        return { ...made, open: async (files) => ({ ...(await made.open(files)), close: never }) as never };
      },
    });
    const stuck = definePlugin(Tracker, {
      name: 'test/stuck',
      summary: 'Never closes.',
      options: none,
      create: () => ({ open: async () => ({ record() {}, position: (): Json => null, close: never }) }),
    });
    const path = recipe('hangs', groups.replace('synthetic, groups: 6, perGroup: 15', 'test/hangs'), 'trackers: [test/stuck]\ntrain: { steps: 5, batchSize: 10 }'); // biome-ignore format: one line
    const began = performance.now();
    const { result, notes } = await runRecipe(path, { out: at('hangs'), plugins: [hangs, stuck] });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(result.status).toBe('completed');
    expect(notes).toContain('a tracker did not close within 2 s, and is left alone');
    expect(notes).toContain('the source did not close within 2 s, and is left alone');
    expect(existsSync(at('hangs', 'model', 'threshold.json'))).toBe(true);
    expect(readdirSync(at('hangs')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('that is a tracker whose position no checkpoint could hold is dropped, and the run goes on', async () => {
    const endless: Record<string, unknown> = {};
    endless['itself'] = endless;
    const held: Record<string, unknown> = { none: undefined, big: 10n, endless };
    const holds = Object.entries(held).map(([name, position]) =>
      definePlugin(Tracker, {
        name: `test/${name}`,
        summary: 'Holds what has no JSON form.',
        options: none,
        create: () => ({
          open: async () => ({ record() {}, position: () => position as Json, close: async () => {} }),
        }),
      }),
    );
    const path = recipe('holds', groups, 'trackers: [test/none, test/big, test/endless]\ntrain: { steps: 5, batchSize: 10 }'); // biome-ignore format: one line
    const { result, notes } = await runRecipe(path, { out: at('holds'), plugins: holds });
    expect(result.status).toBe('completed');
    expect(notes.filter((note) => note.startsWith('a tracker is dropped, the run goes on: '))).toHaveLength(2);
  });

  it('that keeps a position finds it again', async () => {
    const opened: Json[] = [];
    const counting = definePlugin(Tracker, {
      name: 'test/counting',
      summary: 'Counts its steps.',
      options: none,
      create: () => ({
        async open({ resumed }, position) {
          opened.push({ resumed, position });
          let steps = (position as number | null) ?? 0;
          return {
            record: ({ kind }) => {
              if (kind === 'epoch') steps++;
            },
            position: () => steps,
            close: async () => {},
          };
        },
      }),
    });
    const path = recipe('tracked', groups, 'trackers: [test/counting]\ntrain: { epochs: 4, batchSize: 10 }');
    await runRecipe(path, { out: at('tracked'), plugins: [counting], stopAt: 13 });
    await resumeRecipe(at('tracked'), { plugins: [counting] });
    expect(opened).toEqual([
      { resumed: false, position: null },
      { resumed: true, position: 2 },
    ]);
  });
});

describe('a loss that is no number', () => {
  it('ends the run with step, items and likely cause; the best model so far is kept', async () => {
    const rate = 'optimizer: { type: sgd, learningRate: 0.01 }\n';
    const more = `${rate}train: { epochs: 6, batchSize: 10, monitor: verification.rocAuc, schedule: test/bursting }`;
    const bursting = definePlugin(Schedule, {
      name: 'test/bursting',
      summary: 'Far too large from step 12 on.',
      options: none,
      create: () => ({ factor: ({ step }) => (step < 12 ? 1 : 1e30) }),
    });
    const path = recipe('bursts', groups, more);
    const { code, message, hint } = await problemOf(() => runRecipe(path, { out: at('bursts'), plugins: [bursting] }));
    expect(code).toBe('LOSS_NOT_FINITE');
    expect(message).toMatch(/^the loss became \S+ at step 1\d, at a learning rate of 1e\+28; its batch holds \S+, .+ and \d+ more$/); // biome-ignore format: one line
    expect(hint).toMatch(/the likely cause is a training that diverges; a lower optimizer\.learningRate/);
    expect(json('bursts', 'result.json')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('step 1'),
    });
    const { best } = json('bursts', 'model', 'model.json');
    expect(best).toMatchObject({ monitor: 'verification.rocAuc' });
    expect(best.step).toBeLessThanOrEqual(12);
    expect(readFileSync(at('bursts', 'model', 'weights.safetensors')).includes('NaN')).toBe(false);
  });

  it('without validation data the model of the newest checkpoint is kept', async () => {
    const bursting = definePlugin(Schedule, {
      name: 'test/bursting',
      summary: 'Far too large from step 12 on.',
      options: none,
      create: () => ({ factor: ({ step }) => (step < 12 ? 1 : 1e30) }),
    });
    const data = groups.replace('{ type: stratified, validation: 0.2, test: 0.2 }', 'none');
    const more = 'optimizer: { type: sgd, learningRate: 0.01 }\ntrain: { epochs: 6, batchSize: 10, schedule: test/bursting, checkpoint: { every: 4 } }'; // biome-ignore format: one line
    const path = recipe('unwatched', data, more);
    await problemOf(() => runRecipe(path, { out: at('unwatched'), plugins: [bursting] }));
    const kept = at('unwatched', 'checkpoints', 'step-00000012', 'weights.safetensors');
    expect(readFileSync(at('unwatched', 'model', 'weights.safetensors')).equals(readFileSync(kept))).toBe(true);
  });
});

describe('a process', () => {
  const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
  const greedy = `import { definePlugin, Tracker } from 'siamese';
const held = [];
export default definePlugin(Tracker, {
  name: 'test/greedy',
  summary: 'Takes all memory at step 13, where it is told so.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  create: () => ({
    open: async () => ({
      record({ step }) {
        while (step === 13 && process.env.TEST_GREEDY) held.push(new Array(1e6).fill(held.length));
      },
      position: () => null,
      close: async () => {},
    }),
  }),
});
`;
  let path = '';
  beforeAll(() => {
    writeFileSync(at('greedy.mjs'), greedy);
    path = recipe('greedy', groups, 'plugins: [./greedy.mjs]\ntrackers: [test/greedy]\ntrain: { epochs: 4, batchSize: 10, checkpoint: { every: 5 } }'); // biome-ignore format: one line
  });
  const node = (args: readonly string[], env: object = {}) =>
    spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });

  it('that runs out of memory leaves a run that goes on', () => {
    expect(node([main, 'run', path, '--out', 'greedy-straight']).status).toBe(0);
    const died = node(['--max-old-space-size=120', main, 'run', path, '--out', 'greedy-out'], { TEST_GREEDY: '1' });
    expect(died.status).not.toBe(0);
    expect(died.stderr).toContain('heap out of memory');
    const again = node([main, 'run', '--resume', 'greedy-out']);
    expect(again.status, again.stderr).toBe(0);
    expect(again.stderr).toContain('going on after step 10');
    return expect(runDifferences(at('greedy-straight'), at('greedy-out'))).resolves.toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('that may not reserve addresses is told so by the portable engine', () => {
    const command = `ulimit -v 4000000; exec ${[process.execPath, main, 'run', path, '--out', 'few'].map((word) => `'${word}'`).join(' ')}`;
    const run = (env: object) =>
      spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
    const { status, stderr } = run({});
    expect(status).toBe(1);
    expect(stderr).toMatch(/MEMORY {2}WebAssembly cannot reserve the 10 GiB of addresses that it asks for: `ulimit -v` allows fewer\n {3}NODE_OPTIONS=--disable-wasm-trap-handler lets/); // biome-ignore format: one line
    expect(stderr).not.toContain('Aborted');
    rmSync(at('few'), { recursive: true });
    expect(run({ NODE_OPTIONS: '--disable-wasm-trap-handler' }).status).toBe(0);
  });

  it('finds a folder in use by another, and takes it once that one was killed', async () => {
    const long = recipe('long', groups, 'train: { epochs: 100000, batchSize: 10, checkpoint: { every: 5 } }');
    const going = spawn(process.execPath, [main, 'run', long, '--out', 'long-out'], { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => going.on('close', resolve));
    while (!existsSync(at('long-out', 'checkpoints', 'step-00000005')) && going.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const second = node([main, 'run', '--resume', 'long-out']);
    expect(second.status, second.stderr).toBe(3);
    expect(second.stderr).toMatch(new RegExp(`OUTPUT {2}long-out is in use by process ${going.pid} since .+: wait for it, or end it`)); // biome-ignore format: one line
    going.kill('SIGKILL');
    await ended;
    const newest = readdirSync(at('long-out', 'checkpoints')).sort().at(-1)!;
    const stop = Number(newest.slice('step-'.length)) + 7;
    const third = node([main, 'run', '--resume', 'long-out', '--stop-at', String(stop)]);
    expect(third.status, third.stderr).toBe(130);
    expect(third.stderr).toContain(`interrupted after ${stop} steps`);
  }, 120_000);
});
