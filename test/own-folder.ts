import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder, gone when the file's tests are. */
export function ownFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `siamese-${name}-`));
  made.push(folder);
  return folder;
}
