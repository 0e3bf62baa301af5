import { fail, ProblemError } from './problem.js';

let running: string | null = null;

/** Name of the plugin whose code runs now, as `guarded` was told; null outside. */
export const runningPart = (): string | null => running;

/** Runs a plugin's code; whatever it throws becomes a problem in the user's words. Errors: PLUGIN_FAILED, MEMORY. */
export function guarded<T>(name: string, run: () => T): T {
  const before = running;
  running = name;
  try {
    return run();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return failThrown(name, error);
  } finally {
    running = before;
  }
}

/** The same of code that answers later. `passes`: errors that are none of the plugin's, such as an interruption. */
export async function guardedAsync<T>(
  name: string,
  run: () => Promise<T>,
  passes: (error: unknown) => boolean = () => false,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ProblemError || passes(error)) throw error;
    return failThrown(name, error);
  }
}

/** What V8 says of arrays that are too large for it, or for the machine. */
const TOO_LARGE = /^(Invalid (typed )?array length: (\d{9,}|Infinity)|Array buffer allocation failed)/;

function failThrown(name: string, error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof RangeError && TOO_LARGE.test(message))) fail('PLUGIN_FAILED', `${name} threw: ${message}`);
  return fail('MEMORY', `${name} asks for more memory than can be had in one piece (${message})`);
}
