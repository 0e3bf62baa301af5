import { resolve } from 'node:path';
import { evaluateRun } from '../run/evaluate-run.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { interruptible } from './signals.js';
import { figures } from './summary.js';
import { err, out, terminalLog } from './terminal.js';

export async function evaluate(
  cli: Cli,
  folder: string,
  options: { readonly json?: boolean; readonly engine?: 'auto' | 'native' | 'portable' },
): Promise<number> {
  return interruptible(async (signal) => {
    const { evaluated, details } = await evaluateRun({
      folder: resolve(folder),
      builtIn: await cli.builtIn(),
      engine: options.engine ?? null,
      signal,
      note: err,
      log: terminalLog,
    });
    out(options.json ? JSON.stringify(evaluated, null, 2) : figures(evaluated, details));
    return status.good;
  });
}
