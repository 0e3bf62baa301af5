import { writeSync } from 'node:fs';
import pc from 'picocolors';
import type { Log } from '../contract/index.js';

/** Results go to stdout, everything else to stderr. Synchronous, so that nothing is lost at exit. */
export const out = (line: string): void => write(1, `${line}\n`);
export const err = (line: string): void => write(2, `${line}\n`);

function write(file: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(0); // the reader has gone (`| head`): nobody is left to tell
      if (code !== 'EAGAIN') throw error;
    }
  }
}

/** Colours for stderr: off under NO_COLOR and where it is no terminal. */
export const colours = pc.createColors(
  process.stderr.isTTY === true && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb',
);

/** What plugins log: warnings and information to stderr. */
export const terminalLog: Log = {
  debug: () => {},
  info: (message) => err(message),
  warn: (message) => err(`${colours.yellow('warning')}  ${message}`),
};
