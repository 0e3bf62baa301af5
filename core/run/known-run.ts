import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenFiles } from '../files/index.js';
import { fail } from '../problem/index.js';
import { shownFile } from '../problem/render.js';
import { inRun } from './folder.js';
import { readJson } from './model.js';
import type { RunResult } from './result.js';
import type { Session } from './session.js';

/** Errors: RUN_FOLDER, where the folder is no run's. */
export function requireRunFolder(folder: string): void {
  const place = shownFile(folder);
  if (!existsSync(folder))
    fail('RUN_FOLDER', `${place} does not exist: a run folder is wanted, such as runs/NAME/TIME`);
  if (!statSync(folder).isDirectory() || !existsSync(join(folder, inRun.plan)))
    fail('RUN_FOLDER', `${place} is no run folder: it has no ${inRun.plan}. A run tells its folder in its first line`);
}

/** Errors: RUN_FOLDER, where the folder is no run's, or that run has kept no model. */
export async function requireModel(folder: string): Promise<void> {
  requireRunFolder(folder);
  const place = shownFile(folder);
  if (existsSync(join(folder, inRun.model))) return;
  const result = (await readJson(join(folder, inRun.result), null)) as Partial<RunResult> | null;
  const [fold] = result?.folds ?? [];
  if (fold) {
    const one = shownFile(join(folder, fold.folder));
    fail('RUN_FOLDER', `the run in ${place} has one model for each fold: evaluate one of them, such as ${one}`);
  }
  const why = result === null ? 'it did not come to its end' : `its status is "${result.status}"`;
  fail('RUN_FOLDER', `the run in ${place} has kept no model to evaluate: ${why}`);
}

interface Ledger {
  readonly content: Readonly<Record<string, string | null>>;
  readonly evaluation: { readonly hash: string } | null;
  readonly files: Readonly<Record<string, { readonly sha256: string }>>;
}

/**
 * The data must be what the run was evaluated on: figures of other data would pass for the run's. Training data may have
 * changed. A run that was stopped at once has no ledger: then nothing is known.
 * Errors: RUN_FOLDER, naming the files that changed.
 */
export async function requireSameData(folder: string, session: Session, files: OpenFiles): Promise<void> {
  const ledger = (await readJson(join(folder, inRun.ledger), null)) as Ledger | null;
  if (ledger === null) return;
  const now: Ledger['content'] = session.data.ledger.content;
  const other = (['validation', 'test'] as const).filter((part) => session[part] && now[part] !== ledger.content[part]);
  const counted = session.test ?? session.validation;
  if (other.length === 0 && counted?.pairs.hash === ledger.evaluation?.hash) return;
  const hashes = await files.hashes();
  const changed = Object.keys(hashes).filter((name) => hashes[name]!.sha256 !== ledger.files[name]?.sha256);
  const of = changed.length > 0 ? `: ${changed.join(', ')} changed since` : '';
  const parts = other.length > 0 ? `the ${other.join(' and ')} data is` : 'the pairs are';
  fail('RUN_FOLDER', `${parts} not what the run in ${shownFile(folder)} was evaluated on${of}`, {
    hint: 'Its figures are in result.json; to measure on other data, run the recipe again.',
  });
}
