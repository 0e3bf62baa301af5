import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeWhole, writeJson } from '../files/index.js';
import { createPlugin } from './create.js';
import { inRun, openRunFolder, type RunFolder } from './folder.js';
import { foldsResult } from './folds-result.js';
import { readJson } from './model.js';
import { placed } from './place.js';
import { writeReport } from './report/write.js';
import type { RunEvent, RunRequest } from './request.js';
import { detailsOf, type RunResult } from './result.js';
import { type FinishedRun, inFolder, inNewFolder, resumeRun, runPlan } from './run.js';
import { requireSamePlan } from './same-run.js';
import { requireAhead } from './stop-at.js';
import { newestCheckpoint, readStoredRun } from './stored-run.js';
import { createEvaluator } from './wire.js';

/** The folder of a fold, counted from 0, within that of the whole. */
export const foldFolder = (fold: number): string => `fold-${fold + 1}`;

/** Runs a plan: once, or once for each fold of its split, with a summary. Errors: those of `runPlan`. */
export function beginRun(request: RunRequest): Promise<FinishedRun> {
  const folds = foldsOf(request);
  if (folds === 1) return runPlan(request);
  return inNewFolder({ ...request, folds }, (folder) => runFolds(request, folder, folds));
}

/** Goes on with a run, or with those folds of it that are not completed. Errors: those of `resumeRun`. */
export async function goOnWithRun(request: RunRequest & { readonly out: string }): Promise<FinishedRun> {
  const folds = foldsOf(request);
  if (folds === 1) return resumeRun(request);
  const folder = await openRunFolder(request.out);
  try {
    const stored = await readStoredRun(folder.path);
    requireSamePlan(folder.path, stored.planned.plan, request.planned);
    requireAhead(request, await stepsDone(request, folder, folds));
    return await inFolder({ ...request, folds }, folder, () => runFolds(request, folder, folds));
  } finally {
    await folder.release();
  }
}

/** A run that is one fold already has no folds of its own. Errors: PLUGIN_FAILED, with its place in the recipe. */
function foldsOf({ planned, registry, log, fold }: RunRequest): number {
  if (fold !== undefined) return 1;
  try {
    return createPlugin('split', planned.plan.data.split, { registry, log }).folds;
  } catch (error) {
    throw placed(planned, error);
  }
}

/** Of all folds together. */
async function stepsDone({ report: tell }: RunRequest, folder: RunFolder, folds: number): Promise<number> {
  const note = (message: string): void => tell({ kind: 'note', message });
  let steps = 0;
  for (let fold = 0; fold < folds; fold++) {
    const path = join(folder.path, foldFolder(fold));
    const completed = await completedIn(path);
    if (!completed)
      return steps + ((await newestCheckpoint(join(path, inRun.checkpoints), note))?.checkpoint.state.step ?? 0);
    steps += completed.training.steps;
  }
  return steps;
}

/** One after another; those that are completed stand as they are. `stopAt` counts the steps of all. */
async function runFolds(request: RunRequest, folder: RunFolder, folds: number): Promise<FinishedRun> {
  await removeWhole(folder.at('result')); // of before: from here on it is another one's
  const results: RunResult[] = [];
  let steps = 0;
  for (let fold = 0; fold < folds; fold++) {
    const path = join(folder.path, foldFolder(fold));
    const left = request.stopAt ? request.stopAt - steps : null;
    if (left !== null && left <= 0) break; // a fold has ended with that very step
    const result =
      (await completedIn(path)) ??
      (await runFold({
        ...request,
        fold,
        out: path,
        stopAt: left,
        earlierFold: await earlierFold(folder, fold),
        report: foldReport(request, { fold, folds, path }),
      }));
    results.push(result);
    steps += result.training.steps;
    if (result.status !== 'completed') break;
  }
  const result = foldsResult(results, folds);
  await writeJson(folder.at('result'), result);
  if (result.status === 'completed') await report(request, folder);
  const { plan } = request.planned;
  const evaluators = plan.evaluate.metrics.map((use) => createEvaluator(use, request));
  return {
    folder: folder.path,
    result,
    details: detailsOf(evaluators),
    monitored: plan.train.monitor !== null,
  };
}

async function runFold(request: RunRequest & { readonly out: string }): Promise<RunResult> {
  const begun = existsSync(join(request.out, inRun.plan));
  return (await (begun ? resumeRun(request) : runPlan(request))).result;
}

async function completedIn(path: string): Promise<RunResult | null> {
  const result = (await readJson(join(path, inRun.result), null).catch(() => null)) as RunResult | null;
  return result?.status === 'completed' ? result : null;
}

/** What the first fold was trained on, where this is another. */
async function earlierFold(folder: RunFolder, fold: number): Promise<(RunRequest['earlierFold'] & object) | null> {
  if (fold === 0) return null;
  const first = join(folder.path, foldFolder(0));
  const ledger = (await readJson(join(first, inRun.ledger), null)) as { readonly files?: object } | null;
  return ledger?.files ? { folder: first, files: ledger.files as never } : null;
}

/** A fold's own folder is no run of its own. */
function foldReport(
  { report: tell }: RunRequest,
  { fold, folds, path }: { readonly fold: number; readonly folds: number; readonly path: string },
): (event: RunEvent) => void {
  return (event) => tell(event.kind === 'folder' ? { kind: 'fold', fold: fold + 1, folds, path } : event);
}

async function report({ log }: RunRequest, folder: RunFolder): Promise<void> {
  try {
    await writeReport(folder.path);
  } catch (error) {
    log.warn(`report.html was not written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
