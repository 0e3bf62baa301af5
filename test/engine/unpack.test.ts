import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unpack } from '../../core/engine/unpack.js';
import { messageOf } from '../files/problem-of.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siamese-unpack-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const python = (script: string) => spawnSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8' });
const archives = `
import io, tarfile, zipfile
names = ['a/keep.txt', 'a/deep/keep.txt', 'b/leave.txt', 'keep.so', 'keep.so.map']
with zipfile.ZipFile('parts.whl', 'w', zipfile.ZIP_DEFLATED) as target:
    for name in names: target.writestr(name, name * 1000)
with tarfile.open('parts.tgz', 'w:gz') as target:
    for name in names:
        member = tarfile.TarInfo(name)
        member.size = len(name) * 1000
        target.addfile(member, io.BytesIO((name * 1000).encode()))
`;
/** Python comes with pip, which the native engine's build needs anyway. */
const pythonTest = (name: string, body: () => Promise<void>): void =>
  test(name, async (context) => {
    if (python('').status !== 0) context.skip('python3 is not installed');
    await body();
  });

describe('unpack', () => {
  pythonTest('takes out of a wheel or a .tgz what starts with a wanted path, and nothing else', async () => {
    expect(python(archives)).toMatchObject({ status: 0, stderr: '' });
    for (const archive of ['parts.whl', 'parts.tgz']) {
      const out = join(folder, `${archive}.out`);
      await unpack(join(folder, archive), out, ['a/', 'keep.so']);
      expect((await readdir(out)).sort()).toEqual(['a', 'keep.so', 'keep.so.map']);
      expect(await readFile(join(out, 'a', 'deep', 'keep.txt'), 'utf8')).toBe('a/deep/keep.txt'.repeat(1000));
    }
  });
  pythonTest('says of a damaged archive that it cannot be unpacked', async () => {
    python(archives);
    const bytes = await readFile(join(folder, 'parts.whl'));
    bytes.fill(0x55, 40, 60); // inside the first member
    await writeFile(join(folder, 'parts.whl'), bytes);
    expect(await messageOf(() => unpack(join(folder, 'parts.whl'), join(folder, 'out'), ['a/']), folder)).toMatch(
      /^ENGINE the native engine cannot be built: parts\.whl cannot be unpacked \(.+\)$/,
    );
    expect(existsSync(join(folder, 'out', 'a', 'deep'))).toBe(false);
  });
});
