import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../engine/open.js';
import { openFiles, removeWhole, requireLines, writeJson, writeWhole } from '../files/index.js';
import { fail, type Problem, ProblemError } from '../problem/index.js';
import { shownFile } from '../problem/render.js';
import { checkpointName } from '../train/checkpoint.js';
import type { Network } from '../train/network.js';
import { exportWeights, importWeights } from '../train/weights.js';
import { type Carried, seenData } from './carried.js';
import { closeWithin } from './closing.js';
import { Execution } from './execution.js';
import { createRunFolder, inRun, openRunFolder, type RunFolder } from './folder.js';
import { type Machine, machineDifferences, thisMachine } from './machine.js';
import { loadModel } from './model.js';
import { placed } from './place.js';
import { changedCode, pluginCode } from './plugin-code.js';
import { proveOpened } from './prove/opened.js';
import { provePieces } from './prove/pieces.js';
import { writeReport } from './report/write.js';
import type { RunRequest } from './request.js';
import { detailsOf, type RunResult } from './result.js';
import { requireSameFiles, requireSamePlan, requireSameTraining } from './same-run.js';
import { openSession } from './session.js';
import { requireAhead } from './stop-at.js';
import { newestCheckpoint, type Resumed, readStoredRun } from './stored-run.js';
import { version } from './version.js';

/** A run that has ended. */
export interface FinishedRun {
  /** Absolute path of the run folder. */
  readonly folder: string;
  /** What its result.json says. */
  readonly result: RunResult;
  /** Paths of the figures that a short table leaves out. */
  readonly details: ReadonlySet<string>;
  /** Whether a metric was to select the model. */
  readonly monitored: boolean;
}

/**
 * Trains what the plan says, and leaves a run folder.
 * Errors: problems of the data and the plugins, OUTPUT, ENGINE, LOSS_NOT_FINITE; result.json then says `failed`.
 */
export async function runPlan(request: RunRequest): Promise<FinishedRun> {
  return inNewFolder(request, (folder) => execute(request, folder, null));
}

/** Begins a run folder: the plan is its first file, since from there on the run can be gone on with. */
export async function inNewFolder<T>(request: RunRequest, run: (folder: RunFolder) => Promise<T>): Promise<T> {
  const folder = await createRunFolder(request.planned.plan.name, request.out).catch((error: unknown) => {
    throw request.out === null ? placed(request.planned, error) : error; // --out stands in no file
  });
  return inFolder(request, folder, async () => {
    await writeJson(folder.at('plan'), planFile(request));
    await writeWhole(folder.at('recipe'), request.planned.text);
    return run(folder);
  });
}

const isOutput = (error: unknown): boolean =>
  error instanceof ProblemError && error.problems.every(({ code }) => code === 'OUTPUT');

/** Runs, whatever happens the folder is given back. What fails is noted in result.json. */
export async function inFolder<T>(request: RunRequest, folder: RunFolder, run: () => Promise<T>): Promise<T> {
  try {
    request.report({ kind: 'folder', path: folder.path, ...(request.folds ? { folds: request.folds } : {}) });
    return await run();
  } catch (error) {
    if (!existsSync(folder.at('result'))) await writeFailure(request, folder, error); // a refusal to go on changes nothing
    throw request.out !== null && isOutput(error) ? error : placed(request.planned, error); // as above
  } finally {
    await folder.release();
  }
}

/**
 * Goes on with a run that did not come to its end: from its newest checkpoint, or from the start where it has none.
 * `request.planned` is the plan as it is now.
 * Errors: RUN_FOLDER, where the plan or the data has changed in a way that matters; USAGE, where it is to stop at a step
 * that it has passed; those of `runPlan`.
 */
export async function resumeRun(request: RunRequest & { readonly out: string }): Promise<FinishedRun> {
  const folder = await openRunFolder(request.out);
  try {
    const stored = await readStoredRun(folder.path);
    if (stored.result?.status === 'completed') fail('RUN_FOLDER', `${folder.path}: another process has ended this run`);
    const resumed = await newestCheckpoint(folder.at('checkpoints'), (message) =>
      request.report({ kind: 'note', message }),
    );
    const begun = resumed?.carried.plan ?? stored.planned.plan;
    requireSamePlan(folder.path, begun, stored.planned);
    requireSamePlan(folder.path, begun, request.planned);
    const step = resumed?.checkpoint.state.step ?? 0;
    requireAhead(request, step);
    if (resumed) requireLines(folder.at('metrics'), resumed.carried.metrics, withoutLines(folder, step));
    return await inFolder(request, folder, async () => {
      if (!existsSync(folder.at('recipe'))) await writeWhole(folder.at('recipe'), request.planned.text);
      const message = resumed ? `going on after step ${step}` : 'there is no checkpoint: the run starts over';
      request.report({ kind: 'note', message });
      return execute(request, folder, { from: resumed });
    });
  } finally {
    await folder.release();
  }
}

/** The way out where lines are lost that a checkpoint goes on from. */
function withoutLines(folder: RunFolder, step: number): string {
  const checkpoint = shownFile(join(folder.at('checkpoints'), checkpointName(step)));
  return `Put the file back as it was; or remove ${checkpoint}, to go on from the checkpoint before, or else from the start.`;
}

/** `again`: the run was begun before; `from` null: without a checkpoint. */
async function execute(
  request: RunRequest,
  folder: RunFolder,
  again: { readonly from: Resumed | null } | null,
): Promise<FinishedRun> {
  const { plan } = request.planned;
  const engine = await openEngine(plan.engine.name, (message) => request.report({ kind: 'note', message }));
  const files = openFiles({ folder: request.planned.folder, signal: request.signal });
  const session = await openSession({
    plan,
    registry: request.registry,
    files,
    log: request.log,
    fold: request.fold ?? 0,
    trains: true,
    prove: (wired, data) => prove(request, proveOpened(request.planned, wired, data, request.isSample)),
  });
  try {
    prove(request, provePieces(request.planned, towersOf(session.network)));
    if (plan.initialize !== null) await startFrom(plan.initialize, session.network);
    for (const message of session.data.notes) request.report({ kind: 'note', message });
    const hashes = await files.hashes(); // of what is trained on: a file may change meanwhile, and a signal may come
    if (request.earlierFold) requireSameFiles(request.earlierFold.folder, request.earlierFold.files, hashes);
    const initial = exportWeights(session.network.weights);
    const data = seenData(session, hashes, initial);
    const from = again?.from ?? null;
    if (from) requireSameTraining(folder.path, from.carried.data, data);
    await removeWhole(folder.at('result')); // of before: from here on it is another one's
    if (from) warnElsewhere(request, from.carried, thisMachine(engine));
    const parts = { request, folder, engine, session, initial, data, again };
    const result = await new Execution(parts).execute();
    await writeJson(folder.at('ledger'), {
      ...session.data.ledger,
      evaluation: result.evaluation,
      files: request.signal.aborted ? hashes : await files.hashes(),
    });
    await writeJson(folder.at('result'), result);
    if (result.status === 'completed') await report(request, folder);
    return {
      folder: folder.path,
      result,
      details: detailsOf(session.wired.evaluators),
      monitored: plan.train.monitor !== null,
    };
  } finally {
    await closeWithin('the source', () => session.close(), request.log);
    await files.close();
  }
}

/** A plugin that threw must be mended before the run can go on: other code is told of, not refused. */
function warnElsewhere({ report, registry }: RunRequest, begun: Carried, now: Machine): void {
  const warn = (what: string): void =>
    report({
      kind: 'note',
      message: `warning: ${what}: it goes on, but its bytes may differ from an uninterrupted run's`,
    });
  const differences = machineDifferences(begun.machine, now);
  if (differences.length > 0) warn(`the run was begun elsewhere (${differences.join('; ')})`);
  const changed = changedCode(begun.code, pluginCode(registry));
  if (changed.length > 0) warn(`the run was begun with other code of ${changed.join(', ')}`);
}

/** What a run has measured is not lost where its report cannot be written. */
async function report({ log }: RunRequest, folder: RunFolder): Promise<void> {
  try {
    await writeReport(folder.path);
  } catch (error) {
    log.warn(`report.html was not written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The encoder's weights of a finished run. Errors: RUN_FOLDER where they are not there or do not fit. */
async function startFrom(run: string, network: Network): Promise<void> {
  const isEncoder = (name: string): boolean => /^encoder(\.left|\.right)?\//.test(name);
  const { weights } = await loadModel(join(run, inRun.model));
  const saved = Object.fromEntries(Object.entries(weights).filter(([name]) => isEncoder(name)));
  importWeights(
    network.weights.filter(({ name }) => isEncoder(name)),
    saved,
  );
}

/** Errors stop the run before its first step; warnings are noted. */
function prove({ report }: RunRequest, problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new ProblemError(errors);
  for (const { message } of problems) report({ kind: 'note', message: `warning: ${message}` });
}

/** The encoders by their paths. */
function towersOf({ left, right, projection }: Network) {
  const sides = left === right ? [{ path: 'encoder', ...left }] : [{ path: 'encoder.left', ...left }, { path: 'encoder.right', ...right }]; // biome-ignore format: one list
  return projection ? [...sides, { path: 'encoder.projection', ...projection }] : sides;
}

/** The folder may be what failed: the error that is thrown matters more than the note about it. */
async function writeFailure({ planned, signal }: RunRequest, folder: RunFolder, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const status = signal.aborted ? 'interrupted' : 'failed';
  const failed = { status, recipe: planned.plan.name, seed: planned.plan.seed, message };
  await writeJson(folder.at('result'), failed).catch(() => {});
}

function planFile({ planned, recipe, registry, fold }: RunRequest): unknown {
  return {
    siamese: version,
    node: process.version,
    cores: cpus().length,
    folder: planned.folder,
    ...(fold === undefined ? {} : { fold }),
    recipe: recipe ?? null,
    plan: planned.plan,
    origins: Object.fromEntries(planned.origins),
    plugins: registry.groups.map(({ owner, plugins }) => ({
      owner,
      plugins: plugins.map(({ kind, name }) => `${kind} ${name}`),
    })),
  };
}
