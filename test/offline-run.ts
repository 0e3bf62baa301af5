import { spawn } from 'node:child_process';
import { expect } from 'vitest';

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command in a folder, with npm asking the given registry alone; it must end with the status. The registry answers meanwhile. */
export async function runIn(
  cwd: string,
  command: string,
  { registry, cache, status = 0 }: { readonly registry: string; readonly cache: string; readonly status?: number },
): Promise<Ended> {
  const settings = { npm_config_registry: registry, npm_config_audit: 'false', npm_config_fund: 'false' };
  const own = { npm_config_cache: cache, npm_config_update_notifier: 'false' };
  const child = spawn('bash', ['-c', command], { cwd, env: { ...process.env, ...settings, ...own } });
  const ended = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      ended[name] += text;
    });
  }
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code, `${command}\n${ended.stdout}\n${ended.stderr}`).toBe(status);
  return ended;
}
