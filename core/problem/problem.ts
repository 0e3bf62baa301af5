import type { Code } from './codes.js';

/** Where in a file: line and column from 1; `length` is the width of the caret, 1 when absent. */
export interface Place {
  /** Absolute or as it was named. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Characters. */
  readonly length?: number;
}

/** One thing that is wrong, in the user's words. An error stops; a warning is shown and passed. */
export interface Problem {
  /** What kind of problem: the reference of error codes explains each. */
  readonly code: Code;
  /** An error stops; a warning is shown and passed. */
  readonly severity: 'error' | 'warning';
  /** What is wrong with which value, and what would be right. One line, no trailing full stop. */
  readonly message: string;
  /** null: it stands nowhere in a file (a `--set`, a default); the message then says where it came from. */
  readonly place: Place | null;
  /** Recipe path such as `loss.margin`, where there is one. */
  readonly path?: string;
  /** Printed under the frame: the option's description and default, a way out. */
  readonly hint?: string;
}

type Details = { readonly place?: Place | null; readonly path?: string; readonly hint?: string };

/** Builds an error Problem. */
export function problem(code: Code, message: string, details: Details = {}): Problem {
  return Object.freeze({ code, severity: 'error' as const, message, ...details, place: details.place ?? null });
}

/** Builds a warning Problem. */
export function warning(code: Code, message: string, details: Details = {}): Problem {
  return Object.freeze({ code, severity: 'warning' as const, message, ...details, place: details.place ?? null });
}

/** Thrown with everything that one stage found wrong. Its message is for logs; the command line renders `problems`. */
export class ProblemError extends Error {
  /** All that is wrong. */
  readonly problems: readonly Problem[];
  /** One problem or several. `cause`: the error that it tells in words. */
  constructor(problems: readonly Problem[] | Problem, options: { readonly cause?: unknown } = {}) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(list.map((one) => `${one.code}: ${one.message}`).join('\n'), options);
    this.name = 'ProblemError';
    this.problems = list;
  }
}

/** Throws one error Problem. */
export function fail(code: Code, message: string, details: Details = {}): never {
  throw new ProblemError(problem(code, message, details));
}

/** Errors before warnings do not matter to a reader, places do: sorted by file, line, column; those without a place last. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => {
    if (!a.place || !b.place) return Number(!a.place) - Number(!b.place);
    if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
    return a.place.line - b.place.line || a.place.column - b.place.column;
  });
}
