import { status } from './exit.js';
import { err } from './terminal.js';

let isMeant = false;

/** Ends the process with this status. */
export function leave(code: number): never {
  isMeant = true;
  process.exit(code);
}

/**
 * Status 0 says that a command has come to its end. Code of others can end the process before: by `process.exit`, by an
 * error where nothing waits for it, or by a promise that is never kept while nothing else is left to do.
 */
export function guardEnding(): void {
  process.on('uncaughtException', (error: unknown) => {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    stop(`an error came where nothing waits for it, such as in a timer of a plugin: ${what}`);
  });
  process.on('beforeExit', () => stop('what it waits for never comes, such as a promise of a plugin'));
  process.on('exit', (code) => {
    if (isMeant) return;
    process.exitCode = status.failed;
    tell(`code of a plugin called process.exit(${code})`);
  });
}

function stop(why: string): never {
  tell(why);
  leave(status.failed);
}

function tell(why: string): void {
  err(`siamese did not come to its end: ${why}`);
  if (process.argv[2] === 'run') err('what the run has kept goes on with `siamese run --resume RUN`');
}
