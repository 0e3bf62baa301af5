import { writeSync } from 'node:fs';
import pc from 'picocolors';
import type { Log } from '../contract/index.js';
import { errorCode, failWriting } from '../files/errno.js';
import { harmless } from './harmless.js';

/** Results go to stdout, everything else to stderr. Synchronous, so that nothing is lost at exit. */
export const out = (line: string): void => write(1, `${harmless(line, false)}\n`);
export const err = (line: string): void => write(2, above(`${harmless(line, colours.isColorSupported)}\n`));

/** Streams that take no more. What becomes of a command, and its status, does not hang on who reads along. */
const closed = new Set<1 | 2>();
// What others write (plugins, the help of commander) ends no command either.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** What plugins print is no result: among the figures of --json it would break what reads them. It goes to stderr. */
export function keepStdout(): void {
  const aside = (...given: unknown[]): boolean => Reflect.apply(process.stderr.write, process.stderr, given) as boolean;
  process.stdout.write = aside;
}

/** Errors: OUTPUT, where stdout takes no result for another reason than that its reader has gone (`| head`). */
function write(file: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length && !closed.has(file); ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EAGAIN') continue;
      closed.add(file);
      if (file === 1 && code !== 'EPIPE') failWriting('stdout', error); // of stderr nobody could be told
    }
  }
}

/** Whether stderr is a terminal that can erase a line. */
export const erasable = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';

/** Colours for stderr: off under NO_COLOR and where it is no terminal. */
export const colours = pc.createColors(erasable && process.env['NO_COLOR'] === undefined);

const ERASE = '\r\x1b[K';
/** The line that stays below all others, as a progress bar; '' for none. Never wider than the terminal. */
let lowest = '';

/** Replaces the lowest line. Whatever is printed meanwhile, by plugins too, goes above it. */
export function showLowest(text: string): void {
  const line = harmless(text, colours.isColorSupported);
  if (line === lowest) return;
  if (lowest === '') guardStderr();
  lowest = line;
  write(2, ERASE + line);
}

const above = (text: string): string => (lowest === '' ? text : `${ERASE}${text}${lowest}`);

let isGuarded = false;
/** What others write to the terminal (`console.warn` of a plugin) would stand behind the bar, and be wiped with it. */
function guardStderr(): void {
  if (isGuarded) return;
  isGuarded = true;
  const stream = process.stderr;
  const plain = stream.write;
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    if (lowest === '') return Reflect.apply(plain, stream, [chunk, ...rest]) as boolean;
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return Reflect.apply(plain, stream, [above(text.endsWith('\n') ? text : `${text}\n`), ...rest]) as boolean;
  };
  process.once('exit', () => showLowest('')); // a second Ctrl-C: the prompt must not stand behind the bar
}

/** What plugins log: warnings and information to stderr. */
export const terminalLog: Log = {
  debug: () => {},
  info: (message) => err(message),
  warn: (message) => err(`${colours.yellow('warning')}  ${message}`),
};
