import { relative, sep } from 'node:path';
import { type Code, fail, ProblemError, problem } from '../problem/index.js';

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed',
  EIO: 'the disk reported an error',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EEXIST: 'something of that name is in the way',
  ENOTEMPTY: 'a folder of that name is in the way',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EBUSY: 'it is in use',
  EXDEV: 'it lies on another file system',
};

/** The system's error code (`ENOSPC`), or null for an error that is not the file system's. */
export function errorCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

/** An error of the file system in plain words, its code behind; null for any other error. */
export function reason(error: unknown): string | null {
  const code = errorCode(error);
  if (code === null) return null;
  const text = words[code];
  return text === undefined ? code : `${text} (${code})`;
}

/** A path as messages show it: from the working folder where it lies below it. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' ? '.' : near === '..' || near.startsWith(`..${sep}`) || near.length > path.length ? path : near;
}

/** The address that was named as a path, which has joined its folder and lost a slash: null where it was none. */
export function addressIn(path: string): string | null {
  const [, scheme, rest] = /(?:^|\/)(https?|s3|gs|ftp):\/(.+)$/.exec(path) ?? [];
  return scheme === undefined ? null : `${scheme}://${rest}`;
}

/** An error met while writing: the file system's becomes a problem, any other is thrown on. */
export function failWriting(path: string, error: unknown): never {
  const why = reason(error);
  if (why === null) throw error;
  return fail('OUTPUT', `cannot write ${shown(path)}: ${why}`);
}

/** An error met while reading, under the code of what the file is for; it keeps the file system's own as its cause. */
export function failReading(path: string, error: unknown, code: Code): never {
  const why = reason(error);
  if (why === null) throw error;
  throw new ProblemError(problem(code, `cannot read ${shown(path)}: ${why}`), { cause: error });
}
