import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStream } from '../../core/random/index.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));

export interface Killing {
  readonly recipe: string;
  /** `--set`, `--engine` and the like. */
  readonly options: readonly string[];
  readonly out: string;
  readonly kills: number;
  /** Of an undisturbed run: kills are spread over it. */
  readonly time: Time;
  readonly seed: number;
}

/** Milliseconds until the first step is done, and of the whole run. */
export interface Time {
  readonly start: number;
  readonly whole: number;
}

export interface Killed {
  /** Processes that were killed before they ended, and those that ended first. */
  readonly killed: number;
  readonly ended: number;
  /** Kills by what the run folder had when they came. */
  readonly during: Readonly<Record<'start' | 'training' | 'write', number>>;
}

/** Runs a recipe and kills it with SIGKILL at random moments, going on each time; then lets it come to its end. */
export async function runWithKills(killing: Killing): Promise<Killed> {
  const draw = openStream(killing.seed, 'kills').draw();
  const during = { start: 0, training: 0, write: 0 };
  let ended = 0;
  const { start: first, whole } = killing.time;
  for (let kill = 0; kill < killing.kills && ended === 0; kill++) {
    const isWrite = kill % 2 === 1; // every other one waits for a write, and comes in the middle of it
    const isEarly = kill % 4 === 0;
    const share = (2 * (whole - first)) / killing.kills; // so that all of them come before the end
    const delay = draw.uniform() * (isEarly ? first : share) + (isEarly ? 0 : first);
    const state = await killOnce(killing, { delay, isWrite });
    if (state === 'ended') ended++;
    else during[state]++;
  }
  const { code, stderr } = await finished(start(killing));
  if (code !== 0) throw new Error(`it does not go on: status ${code}\n${stderr}`);
  return { killed: during.start + during.training + during.write, ended, during };
}

type State = keyof Killed['during'];

/** Kills after so many milliseconds; `isWrite`: at the first sight of a file that is being written from then on. */
async function killOnce(
  killing: Killing,
  { delay, isWrite }: { readonly delay: number; readonly isWrite: boolean },
): Promise<State | 'ended'> {
  const before = new Set(halfWritten(killing.out)); // what the last kill left
  const child = start(killing);
  const done = finished(child);
  let state: State | null = null;
  const kill = (): void => {
    if (state !== null || child.exitCode !== null) return;
    state = stateOf(killing.out, before);
    child.kill('SIGKILL');
  };
  let polling: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    if (!isWrite) return kill();
    polling = setInterval(() => stateOf(killing.out, before) === 'write' && kill(), 1);
  }, delay);
  const { code, stderr } = await done;
  clearTimeout(timer);
  clearInterval(polling);
  if (state !== null && code === null) return state;
  if (code !== 0) throw new Error(`it ended with status ${code}\n${stderr}`);
  return 'ended';
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** The run folder; of a run of folds those of its folds, too. */
const runFolders = (out: string): string[] => [
  out,
  ...namesIn(out).flatMap((name) => (/^fold-\d+$/.test(name) ? [join(out, name)] : [])),
];

/** Files and folders that are not yet called by their names. */
const halfWritten = (out: string): string[] =>
  runFolders(out).flatMap((folder) =>
    [...namesIn(folder), ...namesIn(join(folder, 'checkpoints'))].flatMap((name) =>
      name.endsWith('.tmp') ? [join(folder, name)] : [],
    ),
  );

function stateOf(out: string, before: ReadonlySet<string>): State {
  if (halfWritten(out).some((name) => !before.has(name))) return 'write';
  return runFolders(out).some((folder) => namesIn(join(folder, 'checkpoints')).length > 0) ? 'training' : 'start';
}

/** A run that has its plan goes on; one that was killed before is begun anew. */
function start({ recipe, options, out }: Pick<Killing, 'recipe' | 'options' | 'out'>): ChildProcess {
  const begun = existsSync(join(out, 'plan.json'));
  const args = begun ? ['run', '--resume', out] : ['run', recipe, ...options, '--out', out];
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
}

function finished(child: ChildProcess): Promise<{ readonly code: number | null; readonly stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}

/** An undisturbed run, and how long it took. */
export async function runStraight(run: Pick<Killing, 'recipe' | 'options' | 'out'>): Promise<Time> {
  const began = performance.now();
  const { code, stderr } = await finished(start(run));
  if (code !== 0) throw new Error(`it ended with status ${code}\n${stderr}`);
  const whole = performance.now() - began;
  const { training } = JSON.parse(readFileSync(join(run.out, 'result.json'), 'utf8')) as {
    readonly training: { readonly firstStepSeconds: number };
  };
  return { start: training.firstStepSeconds * 1000, whole };
}
