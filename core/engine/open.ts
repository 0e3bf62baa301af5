import { ProblemError } from '../problem/index.js';
import type { Engine, EngineChoice } from './engine.js';

/**
 * Opens the engine of a run. `auto` takes the native one, and where that cannot be loaded the portable one, saying so by
 * one line to `report`. Each engine's code is imported here alone, and only when it is opened.
 * Errors: ENGINE, where the native engine is asked for and cannot be loaded.
 */
export async function openEngine(choice: EngineChoice, report: (line: string) => void): Promise<Engine> {
  if (choice === 'portable') return openPortableEngine();
  const { openNative } = await import('./native.js');
  try {
    return await openNative();
  } catch (error) {
    if (choice === 'native' || !(error instanceof ProblemError)) throw error;
    const why = error.problems.map((one) => one.message).join('; ');
    const way =
      (await import('./platform.js')).unsupported() === null ? '; `siamese engine install` builds the native one' : '';
    report(`engine: portable, since ${why}${way}`);
    return openPortableEngine();
  }
}

async function openPortableEngine(): Promise<Engine> {
  const { openPortable } = await import('./portable.js');
  return openPortable();
}
