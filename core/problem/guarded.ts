import { fail, ProblemError } from './problem.js';

let running: string | null = null;

/** Name of the plugin whose code runs now, as `guarded` was told; null outside. */
export const runningPart = (): string | null => running;

/** Runs a plugin's code; whatever it throws becomes a problem in the user's words. Errors: PLUGIN_FAILED. */
export function guarded<T>(name: string, run: () => T): T {
  const before = running;
  running = name;
  try {
    return run();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return fail('PLUGIN_FAILED', `${name} threw: ${error instanceof Error ? error.message : String(error)}`);
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
    return fail('PLUGIN_FAILED', `${name} threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}
