import { makeFolder } from '../files/index.js';
import { fail } from '../problem/index.js';
import { lastLine, run } from './subprocess.js';

/** Python is there, since pip is; it unpacks piece by piece, whatever the size, and checks each member's checksum. */
const script = `
import sys, tarfile, zipfile
archive, folder, *wanted = sys.argv[1:]
wanted = tuple(wanted)
if archive.endswith('.whl'):
    with zipfile.ZipFile(archive) as source:
        for name in source.namelist():
            if name.startswith(wanted):
                source.extract(name, folder)
else:
    with tarfile.open(archive) as source:
        for member in source:
            if member.isfile() and member.name.startswith(wanted):
                source.extract(member, folder)
`;

/** Unpacks of a wheel or a .tgz what starts with one of `wanted`. The archive's hash was checked: its names are trusted. */
export async function unpack(archive: string, folder: string, wanted: readonly string[]): Promise<void> {
  await makeFolder(folder);
  const finished = await run('python3', ['-W', 'ignore', '-c', script, archive, folder, ...wanted]);
  if (finished.status === 0) return;
  fail('ENGINE', `the native engine cannot be built: ${archive} cannot be unpacked (${lastLine(finished.errors)})`);
}
