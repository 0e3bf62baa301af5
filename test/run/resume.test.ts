import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeChecksums } from '../../core/files/index.js';
import { openRunFolder } from '../../core/run/folder.js';
import { runDifferences } from '../../core/run/identical.js';
import { planAgain } from '../../core/run/plan-again.js';
import { builtIn } from '../../plugins/index.js';
import { problemOf } from '../files/problem-of.js';
import { temporaryFolder } from './command.js';
import { readLines, resumeRecipe, runRecipe } from './running.js';

const folder = temporaryFolder();
const recipe = join(folder, 'recipe.yaml');
const table = join(folder, 'rows.csv');
const straight = join(folder, 'straight');
/** Stopped after 30 of 45 steps, in the middle of an epoch. */
const stopped = join(folder, 'stopped');
const text = `version: 1
name: resumed
seed: 3
engine: portable
data: { source: { type: table, path: rows.csv, group: group }, split: { type: stratified, validation: 0.2, test: 0.2 } }
encoder: { type: mlp, hidden: [8], dimensions: 4, dropout: 0.2, batchNormalization: true }
loss: { type: contrastive, margin: 1 }
train:
  epochs: 5
  batchSize: 16
  monitor: verification.rocAuc
  schedule: { type: reduce-on-plateau, patience: 1 }
  checkpoint: { every: 10, keep: 2 }
`;
const rows = Array.from(
  { length: 240 },
  (_, i) => `g${i % 8},${(i * 7) % 13},${(i * 5) % 11},${(i % 8) + ((i * 3) % 5)}`,
);

beforeAll(async () => {
  writeFileSync(table, `group,a,b,c\n${rows.join('\n')}\n`);
  writeFileSync(recipe, text);
  await runRecipe(recipe, { out: straight });
  const { result } = await runRecipe(recipe, { out: stopped, stopAt: 32 });
  expect(result).toMatchObject({ status: 'interrupted', training: { steps: 32 } });
});

/** A copy of the stopped run, so that each test may do with it what it likes. */
let copies = 0;
function copy(): string {
  const path = join(folder, `copy-${copies++}`);
  cpSync(stopped, path, { recursive: true });
  return path;
}
const checkpoints = (run: string): string[] => readdirSync(join(run, 'checkpoints')).sort();
const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

describe('a run that goes on', () => {
  it('leaves the same bytes as one that was never stopped', async () => {
    const run = copy();
    const { notes, result } = await resumeRecipe(run);
    expect(result.status).toBe('completed');
    expect(notes).toContain('going on after step 32');
    expect(await runDifferences(straight, run)).toEqual([]);
    expect(readdirSync(run).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('may stop as often as it likes, also where nothing was done', async () => {
    const run = copy();
    for (const stopAt of [33, 40, 41]) await resumeRecipe(run, { stopAt });
    for (const stopAt of [2, 41])
      await expect(resumeRecipe(run, { stopAt })).rejects.toThrow(
        `USAGE: --stop-at ${stopAt}: the run stands at step 41 already, name a later one`,
      );
    await resumeRecipe(run, { signal: AbortSignal.abort(new Error('interrupted')) }).catch(() => {});
    await resumeRecipe(run);
    expect(await runDifferences(straight, run)).toEqual([]);
  });

  it('cuts metrics.jsonl back to the checkpoint: no line comes twice', async () => {
    const run = copy();
    expect(readLines(run).at(-1)).toMatchObject({ kind: 'stop', reason: 'interrupted' });
    const path = join(run, 'metrics.jsonl');
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"kind":"step","step":33}\n{"kind":"st`);
    const { lines } = await resumeRecipe(run);
    const steps = lines.flatMap(({ kind, step }) => (kind === 'step' ? [step] : []));
    expect(steps).toEqual([...new Set(steps)]);
    expect(lines.filter(({ kind }) => kind === 'stop')).toEqual([]);
  });

  it('starts over without a checkpoint, also where it was killed before recipe.yaml was written', async () => {
    const run = copy();
    for (const name of ['checkpoints', 'recipe.yaml', 'result.json']) rmSync(join(run, name), { recursive: true });
    const { notes } = await resumeRecipe(run);
    expect(notes).toContain('there is no checkpoint: the run starts over');
    expect(readFileSync(join(run, 'recipe.yaml'), 'utf8')).toBe(text);
    expect(await runDifferences(straight, run)).toEqual([]);
  });

  it('goes by its own plan where the recipe is gone', async () => {
    const run = copy();
    const path = join(run, 'plan.json');
    const stored = json(path);
    writeFileSync(path, JSON.stringify({ ...stored, recipe: { ...stored.recipe, file: join(folder, 'gone.yaml') } }));
    const problem = await problemOf(() => resumeRecipe(run, { set: ['seed=9'] }));
    expect(problem.code).toBe('USAGE');
    expect(problem.message).toMatch(/^--set seed=9: the run in .* goes on by its own plan, since its recipe .*gone.yaml is gone$/); // biome-ignore format: one line
    const { warnings } = await resumeRecipe(run);
    expect(warnings).toEqual([
      expect.objectContaining({
        message: `the recipe ${join(folder, 'gone.yaml')} is gone: the run goes on by its own plan`,
        hint: 'Was the project moved? The files of the plan are looked for where they were.',
      }),
    ]);
    expect(await runDifferences(straight, run)).toEqual([]);
  });

  it.each([
    ['is gone', (path: string) => rmSync(path)],
    ['was cut', (path: string) => truncateSync(path, 6000)],
    ['holds nothing', (path: string) => writeFileSync(path, '')],
  ])('refuses a metrics.jsonl that %s, says what to do, and changes nothing', async (_, damage) => {
    const run = copy();
    const path = join(run, 'metrics.jsonl');
    damage(path);
    const before = existsSync(path) ? readFileSync(path, 'utf8') : null;
    const problem = await problemOf(() => resumeRecipe(run));
    expect(problem.message).toMatch(/metrics\.jsonl ends at byte \d+, the checkpoint continues it at \d+$/);
    expect(problem.hint).toMatch(/^Put the file back as it was; or remove .*checkpoints\/step-00000032, to go on from the checkpoint before, or else from the start\.$/); // biome-ignore format: one line
    expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(before);
    expect(json(run, 'result.json').status).toBe('interrupted');
    for (const name of checkpoints(run)) rmSync(join(run, 'checkpoints', name), { recursive: true });
    await resumeRecipe(run);
    expect(await runDifferences(straight, run)).toEqual([]);
  });

  it('tells of a metrics.jsonl with other lines, and goes on: training does not read them', async () => {
    const run = copy();
    expect((await resumeRecipe(copy())).notes.join()).not.toContain('was changed');
    const path = join(run, 'metrics.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"loss":0', '"loss":9'));
    const { notes } = await resumeRecipe(run);
    expect(notes).toContainEqual(
      expect.stringMatching(
        /^warning: .*metrics\.jsonl was changed: its lines are not those that the run wrote before the checkpoint$/,
      ),
    );
    expect((await runDifferences(straight, run)).map((one) => one.split(':')[0])).toEqual(['metrics.jsonl']);
  });

  it('cleans up what a crash left half done', async () => {
    const run = copy();
    mkdirSync(join(run, 'checkpoints', '.step-00000040.99-0123abcd.tmp'));
    writeFileSync(join(run, '.result.json.99-0123abcd.tmp'), '{');
    await resumeRecipe(run);
    expect([...readdirSync(run), ...checkpoints(run)].filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('that is completed has nothing left to do', async () => {
    expect(await planAgain(straight, { builtIn })).toMatchObject({ completed: { status: 'completed', recipe: 'resumed' } }); // biome-ignore format: one line
  });

  it('says so where the machine is another one', async () => {
    const run = copy();
    const at = join(run, 'checkpoints', checkpoints(run).at(-1)!);
    const state = json(at, 'state.json');
    state.carried.machine = { ...state.carried.machine, cores: 999, processor: 'Another' };
    writeFileSync(join(at, 'state.json'), JSON.stringify(state));
    await writeChecksums(at);
    const { notes } = await resumeRecipe(run);
    expect(notes.join('\n')).toMatch(/warning: the run was begun elsewhere \(cores: 999 -> \d+; processor: Another -> .+\): it goes on, but its bytes may differ/); // biome-ignore format: one line
  });
});

describe('a damaged checkpoint', () => {
  const damage = (run: string, name: string, file = 'weights.safetensors'): void => {
    const path = join(run, 'checkpoints', name, file);
    const bytes = readFileSync(path);
    bytes[bytes.length - 3]! ^= 4;
    writeFileSync(path, bytes);
  };

  it('gives way to the one before, and says so', async () => {
    const run = copy();
    expect(checkpoints(run)).toEqual(['step-00000030', 'step-00000032']);
    damage(run, 'step-00000032');
    const { notes } = await resumeRecipe(run);
    expect(notes.join('\n')).toMatch(/warning: the checkpoint step-00000032 is damaged, the one before is used: .*weights.safetensors is not what was written/); // biome-ignore format: one line
    expect(notes).toContain('going on after step 30');
    expect(await runDifferences(straight, run)).toEqual([]);
  });

  it('starts the run over where none is whole, and does not stand in the way of new ones', async () => {
    const run = copy();
    damage(run, 'step-00000030', 'state.json');
    rmSync(join(run, 'checkpoints', 'step-00000032', 'optimizer.safetensors'));
    const { notes } = await resumeRecipe(run);
    expect(notes.filter((note) => note.includes('is damaged'))).toHaveLength(2);
    expect(notes).toContain('there is no checkpoint: the run starts over');
    expect(checkpoints(run)).toEqual(checkpoints(straight));
    expect(await runDifferences(straight, run)).toEqual([]);
  });
});

describe('a checkpoint that may be whole is not passed over, nor removed', () => {
  const refused = async (run: string, why: string): Promise<void> => {
    const before = ['result.json', 'metrics.jsonl'].map((name) => readFileSync(join(run, name), 'utf8'));
    const problem = await problemOf(() => resumeRecipe(run));
    expect([problem.code, problem.message]).toEqual(['RUN_FOLDER', expect.stringContaining(why)]);
    expect(['result.json', 'metrics.jsonl'].map((name) => readFileSync(join(run, name), 'utf8'))).toEqual(before);
    expect(readdirSync(run).filter((name) => name.startsWith('.'))).toEqual([]);
  };

  // what lies at address 0 cannot be read: EIO, as from a disk that fails
  it.runIf(existsSync('/proc/self/mem'))('where the disk fails while it is read', async () => {
    const run = copy();
    const weights = join(run, 'checkpoints', 'step-00000032', 'weights.safetensors');
    rmSync(weights);
    symlinkSync('/proc/self/mem', weights);
    await refused(run, 'step-00000032: the disk reported an error (EIO)');
    expect(checkpoints(run)).toEqual(['step-00000030', 'step-00000032']);
    expect((await problemOf(() => resumeRecipe(run))).hint).toMatch(/^The checkpoint may be whole, so that none before it is used; to go on without it, remove .*step-00000032\.$/); // biome-ignore format: one line
  });

  it('of a later siamese', async () => {
    const run = copy();
    const at = join(run, 'checkpoints', 'step-00000032');
    writeFileSync(join(at, 'state.json'), JSON.stringify({ ...json(at, 'state.json'), format: 2 }));
    await writeChecksums(at);
    await refused(run, 'state.json was written by a later siamese: its format is 2, this siamese reads 1');
    expect(checkpoints(run)).toEqual(['step-00000030', 'step-00000032']);
  });

  it('on a disk that is not there', async () => {
    const run = copy();
    renameSync(join(run, 'checkpoints'), join(run, 'other-disk'));
    symlinkSync('nowhere', join(run, 'checkpoints'));
    await refused(run, 'checkpoints: it does not exist (ENOENT)');
    rmSync(join(run, 'checkpoints'));
    symlinkSync('other-disk', join(run, 'checkpoints'));
    await resumeRecipe(run);
    expect(await runDifferences(straight, run)).toEqual([]);
  });

  it('and a file in the place of all of them is told', async () => {
    const run = copy();
    rmSync(join(run, 'checkpoints'), { recursive: true });
    writeFileSync(join(run, 'checkpoints'), '');
    const problem = await problemOf(() => resumeRecipe(run));
    expect(problem.message).toMatch(/checkpoints: a part of the path is a file, not a folder \(ENOTDIR\)$/);
    expect(readdirSync(run).filter((name) => name.startsWith('.'))).toEqual([]); // the folder is given back
  });
});

describe('what has changed in a way that matters is refused, with the difference', () => {
  const refused = async (run: string, set: readonly string[] = []) => {
    const before = readFileSync(join(run, 'result.json'), 'utf8');
    const { code, message, place } = await problemOf(() => resumeRecipe(run, { set }));
    expect(code).toBe('RUN_FOLDER');
    expect(readFileSync(join(run, 'result.json'), 'utf8'), 'a refusal changes nothing').toBe(before);
    expect(checkpoints(run)).toEqual(checkpoints(stopped));
    return { message: message.slice(message.indexOf('was begun: ') + 11), place };
  };
  const editedRecipe = async <T>(from: string, to: string, then: () => Promise<T>): Promise<T> => {
    writeFileSync(recipe, text.replace(from, to));
    try {
      return await then();
    } finally {
      writeFileSync(recipe, text);
    }
  };

  it('a setting', async () => {
    expect((await refused(copy(), ['loss.margin=2'])).message).toBe('loss.margin: 1 -> 2 (from --set loss.margin=2)');
  });

  it('the recipe, at its line', async () => {
    const found = await editedRecipe('epochs: 5', 'epochs: 9', () => refused(copy()));
    expect(found.message).toBe('train.epochs: 5 -> 9');
    expect(found.place).toMatchObject({ file: recipe, line: 9 });
  });

  it('plan.json itself', async () => {
    const run = copy();
    const stored = json(run, 'plan.json');
    stored.plan.seed = 4;
    writeFileSync(join(run, 'plan.json'), JSON.stringify(stored));
    expect((await refused(run)).message).toBe('seed: 3 -> 4');
  });

  it('the data, by the file', async () => {
    const whole = readFileSync(table, 'utf8');
    writeFileSync(table, whole.replace('g0,', 'g1,'));
    try {
      expect((await refused(copy())).message).toMatch(/^rows\.csv: sha256 [0-9a-f]{12} -> sha256 [0-9a-f]{12}$/);
    } finally {
      writeFileSync(table, whole);
    }
  });

  it('but not how often checkpoints come, nor a comment', async () => {
    const run = copy();
    await editedRecipe('checkpoint: { every: 10, keep: 2 }', 'checkpoint: { every: 3, keep: 1 } # more', () => resumeRecipe(run)); // biome-ignore format: one line
    expect(await runDifferences(straight, run)).toEqual([]);
    expect(checkpoints(run)).toHaveLength(1);
  });
});

describe('a folder', () => {
  it('in which a run is going on takes no other', async () => {
    const run = copy();
    const other = await openRunFolder(run);
    const { code, message } = await problemOf(() => resumeRecipe(run));
    expect([code, message]).toEqual(['OUTPUT', expect.stringContaining(`is in use by process ${process.pid}`)]);
    await other.release();
    await resumeRecipe(run);
  });

  it('that is no run is refused', async () => {
    const { code, message } = await problemOf(() => resumeRecipe(join(folder, 'nowhere')));
    expect([code, message]).toEqual(['RUN_FOLDER', expect.stringContaining('does not exist')]);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });
});
