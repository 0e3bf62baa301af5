import { truncateSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Follower } from '../../../core/run/watch/follow.js';
import { liveBody } from '../../../core/run/watch/live-page.js';
import { type Watching, watchRun } from '../../../core/run/watch/serve.js';
import { epoch, evaluated, health, runFolder, step } from './run-folder.js';

const open: Watching[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
async function serve(folder: string): Promise<string> {
  const watching = await watchRun(folder, 0);
  open.push(watching);
  return watching.url;
}

/** Text without markup: what is read on the page. */
const words = (markup: string): string =>
  markup
    .replace(/<svg.*?<\/svg>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

/** The next event of a stream. */
async function* eventsOf(url: string): AsyncGenerator<string> {
  const response = await fetch(`${url}events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      if (event.startsWith('data: ')) yield JSON.parse(event.slice(6));
    }
  }
}

function status(url: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers, method }, (response) => resolve(response.resume().statusCode!))
      .on('error', reject)
      .end();
  });
}

describe('the page that follows a run', () => {
  it('stands alone: all it asks for is its own events, by a script whose hash it names', async () => {
    const { folder } = runFolder('<b>&');
    const text = await (await fetch(await serve(folder))).text();
    expect(text).toContain('&lt;b&gt;&amp;');
    expect(text).toMatch(
      /default-src 'none'; img-src data:; style-src 'unsafe-inline'; connect-src 'self'; script-src 'sha256-[\w+/=]{44}'"/,
    );
    expect(text).not.toMatch(/\b(src|href)="(?!data:)/);
    expect(words(text)).toContain('No step has been logged yet.');
  });

  it('tells what is new to those who look, and all to those who come again', async () => {
    const run = runFolder();
    const url = await serve(run.folder);
    const events = eventsOf(url);
    expect(words((await events.next()).value!)).toContain('status running');
    run.append(step(1, 0.9), step(5, 0.8));
    const first = words((await events.next()).value!);
    expect(first).toContain('epoch 0 of 4');
    expect(first).toContain('step 5');
    expect(first).toContain('loss 0.8000');
    expect(first).toContain('steps/s 1.00');
    run.append(epoch(1, 0.75), evaluated(1, 0.625), health('all embeddings are alike'));
    const second = words((await events.next()).value!);
    expect(second).toContain('epoch 1 of 4');
    expect(second).toContain('verification.rocAuc 0.6250');
    expect(second).toContain('time left 15 s'); // 30 steps at 2 a second
    expect(second).toContain('collapse: all embeddings are alike');
    await events.return(undefined);
    const again = eventsOf(url);
    expect(words((await again.next()).value!)).toBe(second);
    run.finish();
    expect(words((await again.next()).value!)).toContain('status completed');
    await open.splice(0)[0]!.close();
    expect((await again.next()).done).toBe(true);
  });

  it('answers this machine by its own name alone, and changes nothing', async () => {
    const url = await serve(runFolder().folder);
    expect(await status(url, {})).toBe(200);
    expect(await status(url, { host: 'localhost:1' })).toBe(200);
    expect(await status(url, { host: 'elsewhere.example' })).toBe(403);
    expect(await status(url, {}, 'POST')).toBe(405);
    expect(await status(`${url}../../etc/passwd`, {})).toBe(404);
    await expect(watchRun('.', Number(new URL(url).port))).rejects.toThrow(
      /cannot listen on 127\.0\.0\.1:\d+: EADDRINUSE/,
    );
  });
});

describe('what is followed', () => {
  it('is read line by line: half a line waits for its end, a torn one is passed by, a file that was cut back is read anew', () => {
    const run = runFolder();
    const follower = new Follower(run.folder);
    const steps = (): (number | undefined)[] => follower.now().lines.map((line) => line.step);
    expect(steps()).toEqual([]);
    run.append(step(1, 0.5));
    run.appendText('{"kind":"step","st');
    expect(steps()).toEqual([1]);
    run.appendText('ep":2}\n{"kind":\n');
    run.append(step(3, 0.5));
    expect(steps()).toEqual([1, 2, 3]);
    truncateSync(join(run.folder, 'metrics.jsonl'), 0);
    run.append(step(2, 0.4));
    expect(steps()).toEqual([2]);
  });

  it('lets go of every second of very many steps, and of nothing else', () => {
    const run = runFolder();
    const follower = new Follower(run.folder, 300);
    run.append(...Array.from({ length: 301 }, (_, i) => (i === 7 ? epoch(1, 0.5) : step(i, 0.1))));
    const kept = follower.now().lines;
    expect(kept.length).toBeLessThan(210);
    expect(kept.filter(({ kind }) => kind === 'epoch')).toHaveLength(1);
    expect(kept.at(-1)!.step).toBe(300);
  });

  it('draws loss and monitored figure', async () => {
    const run = runFolder();
    run.append(step(1, 0.9), step(2, 0.7), evaluated(1, 0.6), evaluated(2, 0.8));
    const { markup } = await liveBody(new Follower(run.folder).now());
    expect(markup).toContain('aria-label="Loss. Over 20 steps, from 0.9000 to 0.7000."');
    expect(markup).toContain('aria-label="verification.rocAuc on validation. from 0.6000 to 0.8000."');
  });
});
