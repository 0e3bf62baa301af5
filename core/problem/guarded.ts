import { fail, ProblemError } from './problem.js';

/** Runs a plugin's code; whatever it throws becomes a problem in the user's words. Errors: PLUGIN_FAILED. */
export function guarded<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return fail('PLUGIN_FAILED', `${name} threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}
