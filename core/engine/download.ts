import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../problem/index.js';
import { hashFile } from './cache.js';
import { wheel } from './pins.js';
import { type Finished, lastLine, run } from './subprocess.js';

const wayOut = 'Train without it by `--engine portable` (slower), or try again by `siamese engine install`';

/** Fetches one npm package's archive into `folder`, checked, nothing of it run. Returns its path. */
export async function downloadPackage(
  part: { readonly spec: string; readonly archive: string; readonly sha512: string },
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const args = [
    'pack',
    part.spec,
    '--pack-destination',
    folder,
    '--ignore-scripts',
    '--loglevel=error',
    '--no-dry-run',
  ];
  const finished = await run('npm', [...args, '--fetch-retries=1', '--fetch-retry-mintimeout=1000'], { signal });
  if (finished.status === null) missing('npm', 'It comes with Node');
  if (finished.status !== 0) unreachable(`${part.spec} from the npm registry`, finished);
  const file = join(folder, part.archive);
  await verify(file, { algorithm: 'sha512', encoding: 'base64', expected: part.sha512 });
  return file;
}

/** Fetches the wheel that holds libtensorflow into `folder`, checked. `report` gets the share that has arrived. */
export async function downloadWheel(
  folder: string,
  report: (share: number) => void,
  signal: AbortSignal,
): Promise<string> {
  await requirePip();
  const arriving = setInterval(() => report(Math.min(1, bytesUnder(folder) / wheel.bytes)), 250);
  try {
    const args = ['-m', 'pip', 'download', wheel.spec, ...wheel.target, '--dest', folder, '--progress-bar', 'off'];
    const quick = ['--retries', '1', '--no-input', '--disable-pip-version-check', '--quiet'];
    const finished = await run('python3', [...args, ...quick], { env: { TMPDIR: folder }, signal }); // pip loads into TMPDIR
    if (finished.status !== 0) unreachable(`${wheel.spec} from the Python package index`, finished);
  } finally {
    clearInterval(arriving);
  }
  const file = join(folder, wheel.archive);
  await verify(file, { algorithm: 'sha256', encoding: 'hex', expected: wheel.sha256 });
  return file;
}

async function requirePip(): Promise<void> {
  const python = await run('python3', ['-m', 'pip', '--version']);
  if (python.status === null) missing('python3', 'On Debian and Ubuntu: `apt-get install python3-pip`');
  if (python.status !== 0) missing('pip (`python3 -m pip`)', 'On Debian and Ubuntu: `apt-get install python3-pip`');
}

interface Digest {
  readonly algorithm: 'sha256' | 'sha512';
  readonly encoding: 'hex' | 'base64';
  readonly expected: string;
}

async function verify(file: string, digest: Digest): Promise<void> {
  if (!statSync(file, { throwIfNoEntry: false }))
    fail('ENGINE', `the download of ${file} left no such file`, { hint: wayOut });
  const found = await hashFile(file, digest.algorithm, digest.encoding);
  if (found === digest.expected) return;
  rmSync(file, { force: true });
  const wrong = `the downloaded ${file} has the ${digest.algorithm} ${found} instead of ${digest.expected}, so it is not used`;
  fail('ENGINE', wrong, { hint: 'A mirror or a proxy gives another file than the public registries' });
}

/** The error for a program that the build needs and the machine lacks. */
export function missing(program: string, where: string): never {
  fail('ENGINE', `the native engine cannot be built: ${program} is not installed`, { hint: `${where}. ${wayOut}` });
}

function unreachable(what: string, finished: Finished): never {
  const said = cause(finished.errors || finished.output);
  const hint = `Check the network, the proxy and the registry's address. ${wayOut}`;
  fail('ENGINE', `the native engine cannot be built: no download of ${what} (${said})`, { hint });
}

/** Why the network failed, out of what npm (`failed, reason: ..`) or pip (`connection broken by '..'`) wrote; else its last line. */
function cause(text: string): string {
  const npm = /failed, reason: (.+)/.exec(text)?.[1];
  const pip = /connection broken by '(.+)': \//.exec(text)?.[1];
  return npm ?? pip?.replace(/^\w+\('(<[^>]*>: )?|'\)$/g, '') ?? lastLine(text);
}

/** Bytes of all files under a folder that changes meanwhile. */
function bytesUnder(folder: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch {
    return bytes; // a folder went away between the two looks
  }
  return bytes;
}
