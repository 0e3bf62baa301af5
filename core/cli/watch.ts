import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from '../problem/index.js';
import { inRun } from '../run/folder.js';
import { watchRun } from '../run/watch/serve.js';
import { status } from './exit.js';
import { err, out } from './terminal.js';

/** Serves a page that follows a run, until Ctrl-C. */
export async function watch(folder: string, { port }: { readonly port: number }): Promise<number> {
  const path = resolve(folder);
  if (!existsSync(join(path, inRun.plan))) fail('RUN_FOLDER', `${folder} is no run folder: it has no ${inRun.plan}`);
  const watching = await watchRun(path, port);
  out(watching.url);
  err('this page follows the run; Ctrl-C ends it');
  await new Promise<void>((ended) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended());
  });
  await watching.close();
  return status.good;
}
