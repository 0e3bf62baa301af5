import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runDifferences } from '../../core/run/identical.js';
import { problemOf } from '../files/problem-of.js';
import { temporaryFolder } from './command.js';
import { resumeRecipe, runRecipe } from './running.js';

/** The disk of this test: from the write `fails` on, counted from 1, every write to `below` ends with `code`. */
const disk = vi.hoisted(() => ({ below: '\0', fails: Number.POSITIVE_INFINITY, code: 'ENOSPC', writes: 0 }));
const meets = vi.hoisted(() => (path: unknown) => {
  if (typeof path !== 'string' || !path.startsWith(disk.below)) return;
  if (++disk.writes < disk.fails) return;
  throw Object.assign(new Error(`${disk.code}: injected`), { code: disk.code });
});

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const open: typeof fs.open = async (path, flags, mode) => {
    const isWrite = flags === 'w' || flags === 'wx';
    if (isWrite) meets(path);
    const handle = await fs.open(path, flags, mode);
    if (!isWrite) return handle;
    const writeFile = handle.writeFile.bind(handle);
    handle.writeFile = async (data) => {
      try {
        meets(path);
      } catch (error) {
        await writeFile((data as Uint8Array).slice(0, data.length >> 1)); // what still went onto the disk
        throw error;
      }
      await writeFile(data);
    };
    return handle;
  };
  const checked =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      meets(args.at(-1) instanceof Object ? args[0] : typeof args[1] === 'string' ? args[1] : args[0]);
      return act(...args);
    };
  const { mkdir, rename, writeFile } = fs;
  return { ...fs, open, mkdir: checked(mkdir), rename: checked(rename), writeFile: checked(writeFile as never) };
});

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const paths = new Map<number, string>();
  const openSync: typeof fs.openSync = (path, flags, mode) => {
    if (flags === 'a+') meets(path);
    const file = fs.openSync(path, flags, mode);
    if (flags === 'a+') paths.set(file, String(path));
    return file;
  };
  const writeSync = (file: number, ...rest: unknown[]): number => {
    meets(paths.get(file));
    return (fs.writeSync as (...args: unknown[]) => number)(file, ...rest);
  };
  return { ...fs, openSync, writeSync, default: { ...fs, openSync, writeSync } };
});

const folder = temporaryFolder();
const recipe = join(folder, 'small.yaml');
const text = `version: 1
name: small
engine: portable
data: { source: { type: synthetic, groups: 6, perGroup: 12 }, split: { type: stratified, validation: 0.3, test: 0.3 } }
encoder: { type: mlp, hidden: [4], dimensions: 2 }
loss: contrastive
train: { steps: 6, stepsPerEpoch: 3, batchSize: 8, checkpoint: { every: 3, keep: 1 } }
evaluate: { metrics: [verification], baselines: off }
`;
const straight = join(folder, 'straight');
let writes = 0;
/** Every third write; each one by SOAK_WRITES=1. */
const stride = Number(process.env['SOAK_WRITES'] ?? 3);

beforeAll(async () => {
  writeFileSync(recipe, text);
  disk.below = straight;
  await runRecipe(recipe, { out: straight });
  writes = disk.writes;
});

/** Runs with a disk that fails from a write on, then again with one that works. */
async function runAndResume(fails: number, code: string): Promise<void> {
  const out = join(folder, `${code}-${fails}`);
  Object.assign(disk, { below: out, fails, code, writes: 0 });
  const failed = await problemOf(() => runRecipe(recipe, { out })).catch(() => null); // null: only the report was lost
  disk.fails = Number.POSITIVE_INFINITY;
  if (failed) {
    const words = code === 'EROFS' ? 'the file system is read-only (EROFS)' : 'the disk is full (ENOSPC)';
    expect([failed.code, failed.message]).toEqual(['OUTPUT', expect.stringMatching(/^cannot write .+: /)]);
    expect(failed.message).toContain(words);
    if (existsSync(join(out, 'plan.json'))) await resumeRecipe(out);
    else await runRecipe(recipe, { out });
  } else expect(existsSync(join(out, 'report.html'))).toBe(false);
  expect(await runDifferences(straight, out), `write ${fails} of ${writes}`).toEqual([]);
  rmSync(out, { recursive: true });
}

describe('a disk that is full from some write on: the run says so, and goes on when there is room', () => {
  it('whichever write that is', async () => {
    expect(writes).toBeGreaterThan(40);
    for (let fails = 1; fails <= writes; fails += stride) await runAndResume(fails, 'ENOSPC');
  }, 600_000);

  it('or read-only', async () => {
    for (let fails = 1; fails <= writes; fails += 3 * stride) await runAndResume(fails, 'EROFS');
  }, 600_000);
});

describe('a disk that is really full', () => {
  const small = join(folder, 'tmpfs');
  mkdirSync(small);
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]).status === 0;
  afterAll(() => void (isMounted && spawnSync('umount', [small])));
  const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
  const siamese = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', cwd: folder });

  it('ends the run with status 3, and the checkpoint before goes on', (context) => {
    if (!isMounted) context.skip('no file system can be mounted here');
    const out = join(small, 'run');
    const wide = ['--set', 'encoder.hidden=[64]', '--set', 'train.steps=60'];
    const room = (): number => statfsSync(small).bavail * statfsSync(small).bsize;
    const begun = siamese('run', recipe, ...wide, '--out', out, '--stop-at', '20');
    expect(begun.status, begun.stderr).toBe(130);
    const ballast = join(small, 'ballast');
    writeFileSync(ballast, Buffer.alloc(Math.max(0, room() - 8192)));
    const full = siamese('run', '--resume', out);
    expect(full.status, full.stderr).toBe(3);
    expect(full.stderr).toMatch(/^OUTPUT {2}cannot write .+: the disk is full \(ENOSPC\)$/m); // at no line of the recipe
    rmSync(ballast);
    const again = siamese('run', '--resume', out);
    expect(again.stderr).toMatch(/going on after step \d\d/);
    expect(again.status, again.stderr).toBe(0);
    expect(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')).training.steps).toBe(60);
  });
});
