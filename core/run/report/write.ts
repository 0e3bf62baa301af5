import { join } from 'node:path';
import { writeWhole } from '../../files/index.js';
import { inRun } from '../folder.js';
import { foldsPage } from './folds-page.js';
import { reportPage } from './page.js';
import { readRun } from './sources.js';

/** Writes report.html of a completed run, from what its folder holds; where it lies. Errors: RUN_FOLDER, OUTPUT. */
export async function writeReport(folder: string): Promise<string> {
  const path = join(folder, inRun.report);
  const run = await readRun(folder);
  await writeWhole(path, run.result.folds ? foldsPage(run.result) : await reportPage(run));
  return path;
}
