import { createHash } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requireCompiler } from '../../core/engine/compile.js';
import { downloadPackage, downloadWheel } from '../../core/engine/download.js';
import { messageOf, problemOf } from '../files/problem-of.js';

let folder = '';
const { signal } = new AbortController();
const part = { spec: 'a-package@1.0.0', archive: 'a.tgz', sha512: 'right' };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siamese-download-'));
  vi.stubEnv('PATH', `${folder}/bin:${folder}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});
/** A program of that name that is alone on the PATH. */
async function program(name: string, body: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
  await chmod(join(folder, name), 0o755);
}

describe('what the build of the native engine lacks', () => {
  it('is named: g++, npm, python3, pip', async () => {
    const message = (program: string): string =>
      `ENGINE the native engine cannot be built: ${program} is not installed`;
    expect(await messageOf(requireCompiler)).toBe(message('g++'));
    expect(await messageOf(() => downloadPackage(part, folder, signal))).toBe(message('npm'));
    expect(await messageOf(() => downloadWheel(folder, () => {}, signal))).toBe(message('python3'));
    await program('python3', 'echo "No module named pip" >&2; exit 1');
    expect(await messageOf(() => downloadWheel(folder, () => {}, signal))).toBe(message('pip (`python3 -m pip`)'));
  });
  it('comes with the way out', async () => {
    const { hint } = await problemOf(requireCompiler);
    expect(hint).toContain('apt-get install g++');
    expect(hint).toContain('--engine portable');
  });
});

describe('a download', () => {
  it.each([
    ['npm error request to https://a failed, reason: getaddrinfo EAI_AGAIN a', 'getaddrinfo EAI_AGAIN a'],
    [
      "after connection broken by 'NewConnectionError('<x at 0x7f>: [Errno -3] No name')': /simple/a/",
      '[Errno -3] No name',
    ],
    ["after connection broken by 'ProxyError('Tunnel failed: 403')': /simple/a/", 'Tunnel failed: 403'],
    ['ERROR: the first line\nERROR: the last line', 'ERROR: the last line'],
    ['npm error code E404\nnpm error A complete log of this run is in: b', 'npm error code E404'],
    ['', 'it said nothing'],
  ])('that cannot be had is told with the reason: %j', async (said, reason) => {
    await writeFile(join(folder, 'said'), said);
    await program('npm', `/bin/cat ${folder}/said >&2; exit 1`);
    await program('python3', `case "$*" in *--version*) exit 0;; esac; /bin/cat ${folder}/said >&2; exit 1`);
    const start = 'ENGINE the native engine cannot be built: no download of';
    expect(await messageOf(() => downloadPackage(part, folder, signal))).toBe(
      `${start} a-package@1.0.0 from the npm registry (${reason})`,
    );
    expect(await messageOf(() => downloadWheel(folder, () => {}, signal))).toBe(
      `${start} tensorflow-cpu==2.21.0 from the Python package index (${reason})`,
    );
  });
  it('that is not the pinned file is refused and removed', async () => {
    await program('npm', `echo wrong > ${folder}/a.tgz`);
    const message = await messageOf(() => downloadPackage(part, folder, signal), folder);
    expect(message).toMatch(/^ENGINE the downloaded a\.tgz has the sha512 \S+ instead of right, so it is not used$/);
    expect(await messageOf(() => downloadPackage(part, join(folder, 'x'), signal), folder)).toContain(
      'left no such file',
    );
  });
  it('that is the pinned file is given by its path', async () => {
    await program('npm', `printf right > ${folder}/a.tgz`);
    const sha512 = createHash('sha512').update('right').digest('base64');
    expect(await downloadPackage({ ...part, sha512 }, folder, signal)).toBe(join(folder, 'a.tgz'));
  });
  it('stops when it is told to', async () => {
    await program('npm', 'exec /bin/sleep 30');
    const stop = new AbortController();
    const loading = problemOf(() => downloadPackage(part, folder, stop.signal));
    setTimeout(() => stop.abort(), 50);
    expect((await loading).message).toContain('no download of a-package@1.0.0');
  });
});
