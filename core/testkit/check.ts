/** What the kit says of a plugin: named checks, each passed, failed or not applicable, in plain words. */
export interface Check {
  /** What was looked at, in plain words. */
  readonly name: string;
  /** What was found. */
  readonly outcome: 'pass' | 'fail' | 'not-applicable';
  /** Why it failed or does not apply; of a pass what deserves a remark, else ''. */
  readonly message: string;
}

/** One thing to try. `run` returns by `passed`, `skip` or `remark`, and throws what is wrong (`flaw`). */
export interface Trial {
  readonly name: string;
  readonly run: () => Verdict | Promise<Verdict>;
}
export type Verdict = Pick<Check, 'outcome' | 'message'>;

export const passed: Verdict = { outcome: 'pass', message: '' };
export const remark = (message: string): Verdict => ({ outcome: 'pass', message });
export const skip = (message: string): Verdict => ({ outcome: 'not-applicable', message });

/** What is wrong with the plugin, in one sentence. */
export class Flaw extends Error {}

/** Fails the check. */
export function flaw(message: string): never {
  throw new Flaw(message);
}

/** Fails the check where there is something to say. */
export function flawIf(message: string | null): Verdict {
  return message === null ? passed : flaw(message);
}

/** Runs a trial; whatever the plugin throws is a failure in its own words. */
export async function tryOut({ name, run }: Trial): Promise<Check> {
  try {
    return { name, ...(await run()) };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const message = error instanceof Flaw ? words : `it throws: ${words.split('\n')[0]}`;
    return { name, outcome: 'fail', message };
  }
}
