import { resolve } from 'node:path';
import { writeReport } from '../run/report/write.js';
import { status } from './exit.js';
import { out } from './terminal.js';

/** Writes a run's report anew, and tells where it is. */
export async function report(folder: string): Promise<number> {
  out(await writeReport(resolve(folder)));
  return status.good;
}
