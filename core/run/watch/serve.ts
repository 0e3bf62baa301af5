import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail } from '../../problem/index.js';
import { html, type Markup } from '../report/html.js';
import { type Followed, Follower } from './follow.js';
import { liveBody, livePage } from './live-page.js';

export interface Watching {
  /** Where the page is. */
  readonly url: string;
  /** Tells those who look once more, and ends. */
  close(): Promise<void>;
}

const EVERY_MS = 500;

/**
 * Serves a page that follows a run folder, to this machine alone: it listens on 127.0.0.1, and answers only those who ask
 * for that name. `port` 0: any that is free. Errors: OUTPUT, where the port cannot be had.
 */
export async function watchRun(folder: string, port: number): Promise<Watching> {
  const follower = new Follower(folder);
  const readers = new Set<ServerResponse>();
  let shown = '';
  const draw = drawnOnce();
  const look = async (): Promise<void> => {
    const body = (await draw(follower.now())).markup;
    if (body === shown) return;
    shown = body;
    for (const reader of readers) reader.write(eventOf(shown));
  };
  let telling = Promise.resolve();
  const tell = (): Promise<void> => (telling = telling.then(look)); // one after another, so that none overtakes
  const server = createServer(async (request, response) => {
    if (!isLocal(request)) return answer(response, 403, 'this page is served to 127.0.0.1 alone');
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET') return answer(response, 405, 'there is nothing to change here');
    if (path !== '/' && path !== '/events') return answer(response, 404, 'there is only one page here');
    const run = follower.now();
    const body = await draw(run);
    if (path === '/') return answer(response, 200, livePage(run.recipe, body), 'text/html; charset=utf-8');
    if (response.destroyed) return;
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
    response.write(`retry: 1000\n\n${eventOf(body.markup)}`);
    readers.add(response);
    response.on('close', () => readers.delete(response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  }).catch((error: NodeJS.ErrnoException) =>
    fail('OUTPUT', `cannot listen on 127.0.0.1:${port}: ${error.code ?? error.message}`),
  );
  const timer = setInterval(tell, EVERY_MS);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      clearInterval(timer);
      await tell();
      for (const reader of readers) reader.end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), EVERY_MS).unref();
      });
    },
  };
}

/** Draws what is new only: the curves cost more than to look. What cannot be drawn is told, and stops no training. */
function drawnOnce(): (run: Followed) => Promise<Markup> {
  let [known, drawn] = ['', Promise.resolve(html``)];
  return (run) => {
    const key = JSON.stringify({ ...run, lines: [run.lines.length, run.lines.at(-1)] });
    if (key !== known) {
      known = key;
      drawn = liveBody(run).catch((error: Error) => html`<p class="warning">cannot be drawn: ${error.message}</p>`);
    }
    return drawn;
  };
}

const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** A page elsewhere that has this machine's address by a name of its own is not answered. */
function isLocal({ headers: { host = '' } }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}

function answer(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { ...headers, 'content-type': type }).end(text);
}

const eventOf = (body: string): string => `data: ${JSON.stringify(body)}\n\n`;
