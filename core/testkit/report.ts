import type { Check } from './check.js';

/** A plugin with what was found. */
export interface Checked {
  /** Its kind. */
  readonly kind: string;
  /** Its name. */
  readonly name: string;
  /** What was looked at. */
  readonly checks: readonly Check[];
}

const marks = { pass: 'pass', fail: 'FAIL', 'not-applicable': '-' } as const;

/** A table of checks for each plugin, and a line that counts them. */
export function renderChecks(all: readonly Checked[]): string {
  const tables = all.map(({ kind, name, checks }) => [`${kind} ${name}`, ...rows(checks)].join('\n'));
  const checks = all.flatMap((one) => one.checks);
  const count = (outcome: Check['outcome']): number => checks.filter((check) => check.outcome === outcome).length;
  const last = `${all.length} ${all.length === 1 ? 'plugin' : 'plugins'}: ${count('pass')} checks passed, ${count('fail')} failed, ${count('not-applicable')} not applicable`;
  return [...tables, last].join('\n\n');
}

function rows(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.map(({ name, outcome, message }) =>
    `  ${marks[outcome].padEnd(4)}  ${name.padEnd(width)}  ${message}`.trimEnd(),
  );
}
