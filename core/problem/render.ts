import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { codeFrameColumns } from '@babel/code-frame';
import picocolors from 'picocolors';
import { printable } from './printable.js';
import { type Place, type Problem, sortProblems } from './problem.js';

/** How problems are shown. */
export interface Rendering {
  /** Texts of files by path, as they were read; what is not here is read again when its frame is drawn. */
  readonly texts?: ReadonlyMap<string, string>;
  /** Files are shown relative to this folder. Default: the current one. */
  readonly cwd?: string;
  /** Default false. */
  readonly colour?: boolean;
}

type Colours = ReturnType<typeof picocolors.createColors>;
/** Data files can be large: no frame is drawn from one beyond this size. */
const LARGEST_FRAMED = 4 * 2 ** 20;
const WIDEST_LINE = 160;

/**
 * Problems as a reader sees them, sorted, with a frame and a caret, then a summary line. Ends with a newline; '' for none.
 *
 *     recipes/faces.yaml:7:13  OPTION_RANGE  loss.margin must be > 0, got -1
 *        7 |     margin: -1
 *          |             ^^
 *        contrastive.margin: Distance beyond which a different pair costs nothing. Default 1.
 */
export function render(problems: readonly Problem[], how: Rendering = {}): string {
  if (problems.length === 0) return '';
  const colours = picocolors.createColors(how.colour ?? false);
  const sorted = sortProblems(problems);
  const locations = sorted.map(({ place }) => (place ? printable(locate(place, how.cwd)) : ''));
  const width = Math.max(...locations.map((location) => location.length));
  const lines = new LinesOf(how.texts);
  const blocks = sorted.map((problem, i) => {
    const location = locations[i]!;
    const lead = location === '' ? '' : `${colours.bold(location)}${' '.repeat(width - location.length + 2)}`;
    const frame = problem.place ? drawFrame(problem.place, lines) : [];
    const hint = problem.hint === undefined ? [] : problem.hint.split('\n').map((line) => `   ${printable(line)}`);
    return [lead + headline(problem, colours), ...frame.map(colours.dim), ...hint].join('\n');
  });
  return `${blocks.join('\n')}\n${summary(problems)}\n`;
}

/** `2 problems`, `1 problem, 3 warnings`, `1 warning`. */
export function summary(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const counted = (count: number, word: string): string[] =>
    count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
  return [...counted(errors, 'problem'), ...counted(problems.length - errors, 'warning')].join(', ') || 'no problems';
}

/** A problem for a program: the place spread out, the file relative to `cwd`. */
export interface JsonProblem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly length: number | null;
  readonly path: string | null;
  readonly hint: string | null;
}

/** Problems as plain JSON, sorted as `render` sorts them. */
export function toJson(problems: readonly Problem[], cwd?: string): JsonProblem[] {
  return sortProblems(problems).map(({ code, severity, message, place, path, hint }) => ({
    code,
    severity,
    message,
    file: place && shownFile(place.file, cwd),
    line: place?.line ?? null,
    column: place?.column ?? null,
    length: place && (place.length ?? 1),
    path: path ?? null,
    hint: hint ?? null,
  }));
}

function headline({ code, severity, message }: Problem, colours: Colours): string {
  const warns = severity === 'warning';
  return `${warns ? colours.yellow(code) : colours.red(code)}  ${warns ? 'warning: ' : ''}${printable(message)}`;
}

/** `file:line:column`, the file as `shownFile` gives it. */
export function locate({ file, line, column }: Place, cwd?: string): string {
  return `${shownFile(file, cwd)}:${line}:${column}`;
}

/** Relative to the folder when it lies inside it, else as it is. */
export function shownFile(file: string, cwd: string = process.cwd()): string {
  const path = relative(cwd, file);
  return path === '' || path.startsWith('..') ? file : path;
}

function drawFrame({ file, line, column, length = 1 }: Place, lines: LinesOf): string[] {
  const text = lines.get(file)?.[line - 1];
  if (text === undefined || text.trim() === '') return [];
  const cut = text.length > WIDEST_LINE ? Math.max(0, column - WIDEST_LINE / 2) : 0;
  const shown = printable(text.slice(cut, cut + WIDEST_LINE));
  const start = column - cut;
  const end = Math.max(start + 1, Math.min(start + length, shown.length + 1));
  const location = { start: { line, column: start }, end: { line, column: end } };
  const only = { startLine: line, linesAbove: 0, linesBelow: 0 }; // its types do not know `startLine` yet
  const frame = codeFrameColumns(shown, location, only);
  return frame.split('\n').map((row) => row.replace(/^[> ]/, '  '));
}

/** Lines of the files that problems stand in, each read and cut once. */
class LinesOf {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #lines = new Map<string, readonly string[] | null>();
  constructor(texts: ReadonlyMap<string, string> = new Map()) {
    this.#texts = texts;
  }

  get(file: string): readonly string[] | null {
    if (!this.#lines.has(file)) {
      const text = this.#texts.get(file) ?? readSmall(file);
      this.#lines.set(file, text === null ? null : text.split(/\r\n|\n|\r/));
    }
    return this.#lines.get(file)!;
  }
}

function readSmall(file: string): string | null {
  try {
    return statSync(file).size > LARGEST_FRAMED ? null : readFileSync(file, 'utf8');
  } catch {
    return null; // the problem itself may be that the file cannot be read
  }
}
