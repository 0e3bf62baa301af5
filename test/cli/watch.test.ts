import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../run/command.js';
import { runFolder, step } from '../run/watch/run-folder.js';

const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));

/** Starts the built command; `said` resolves with what a stream says as soon as that matches. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      text += part.toString();
      for (const look of waiting) look();
    });
  }
  const said = (wanted: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      waiting.add(() => {
        const found = wanted.exec(text);
        if (found) resolve(found[1]!);
      });
      child.on('close', () => reject(new Error(`it ended without saying ${wanted}:\n${text}`)));
    });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, said, ended, text: () => text };
}

describe('siamese watch', () => {
  it('serves a page that follows a run, until Ctrl-C', async () => {
    const run = runFolder('followed');
    run.append(step(3, 0.25));
    const watching = start('watch', run.folder);
    const url = await watching.said(/(http:\/\/127\.0\.0\.1:\d+\/)/);
    const page = await (await fetch(url)).text();
    expect(page).toContain('<title>followed – siamese</title>');
    expect(page).toContain('<b>0.2500</b>');
    watching.child.kill('SIGINT');
    expect(await watching.ended).toBe(0);
  });

  it('says what is no run folder, and what is no port', async () => {
    const none = start('watch', temporaryFolder());
    expect(await none.ended).toBe(1);
    expect(none.text()).toMatch(/RUN_FOLDER {2}.* is no run folder: it has no plan\.json/);
    const wrong = start('watch', '.', '--port', '70000');
    expect(await wrong.ended).toBe(2);
    expect(wrong.text()).toContain('a port is a number up to 65535');
  });

  it('run --watch serves the page while the run goes on, and ends with it', async () => {
    const folder = temporaryFolder();
    const recipe = join(folder, 'recipe.yaml');
    writeFileSync(
      recipe,
      `version: 1
name: watched
engine: portable
data:
  source: { type: synthetic, groups: 4, perGroup: 30, shape: [8], noise: 0.5 }
  split: { type: stratified, validation: 0.2, test: 0.2 }
encoder: { type: mlp, hidden: [16], dimensions: 4 }
loss: contrastive
train: { epochs: 40, batchSize: 8 }
`,
    );
    const run = start('run', recipe, '--watch', '--out', join(folder, 'run'));
    const url = await run.said(/watch (http:\/\/127\.0\.0\.1:\d+\/)/);
    let page = '';
    while (!page.includes('<h1>watched</h1>')) page = await (await fetch(url)).text(); // the plan is written soon after
    expect(await run.ended).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });
});
