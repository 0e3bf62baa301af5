import { join } from 'node:path';
import { writeWhole } from '../../files/index.js';
import { inRun } from '../folder.js';
import { reportPage } from './page.js';
import { readRun } from './sources.js';

/** Writes report.html of a completed run, from what its folder holds; where it lies. Errors: RUN_FOLDER, OUTPUT. */
export async function writeReport(folder: string): Promise<string> {
  const path = join(folder, inRun.report);
  await writeWhole(path, reportPage(await readRun(folder)));
  return path;
}
