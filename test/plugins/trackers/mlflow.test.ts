import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openTrackers } from '../../../core/run/trackers.js';
import { mlflow } from '../../../plugins/trackers/mlflow.js';
import { at, createTracker, events, runIn } from './events.js';

interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

/** A server that keeps what it is asked. `answer`: of a path; null: an answer of status 200. */
async function serve(answer: (path: string) => { status: number; body: unknown } | null) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const path = request.url!.replace('/api/2.0/mlflow/', '');
    asked.push({ path, body: text === '' ? null : JSON.parse(text) });
    const { status, body } = answer(path) ?? { status: 200, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { asked, uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const known = (path: string) => {
  if (path.startsWith('experiments/get-by-name'))
    return { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } };
  if (path === 'experiments/create') return { status: 200, body: { experiment_id: '7' } };
  if (path === 'runs/create') return { status: 200, body: { run: { info: { run_id: 'abc' } } } };
  return null;
};

describe('mlflow', () => {
  it('makes experiment and run, tells the plan and every finite value, and ends the run', async () => {
    const { asked, uri } = await serve(known);
    const open = await createTracker(mlflow, { uri, experiment: null }).open(runIn('/runs/one'), null);
    expect(open.position()).toEqual({ run: 'abc' });
    for (const event of events) await open.record(event);
    await open.close('interrupted');
    expect(asked.map(({ path }) => path)).toEqual([
      'experiments/get-by-name?experiment_name=faces',
      'experiments/create',
      'runs/create',
      'runs/log-batch',
      'runs/log-batch',
      'runs/update',
    ]);
    expect(asked[1]!.body).toEqual({ name: 'faces' });
    expect(asked[2]!.body).toMatchObject({ experiment_id: '7', run_name: 'faces one' });
    expect(asked[3]!.body).toEqual({
      run_id: 'abc',
      params: [
        { key: 'name', value: 'faces' },
        { key: 'train.epochs', value: '3' },
        { key: 'losses', value: '[1,"two"]' },
        { key: 'seed', value: 'null' },
        { key: 'odd_key', value: 'x'.repeat(500) },
      ],
    });
    const metric = (key: string, value: number, step: number) => ({ key, value, timestamp: at, step });
    expect(asked[4]!.body).toEqual({
      run_id: 'abc',
      metrics: [
        metric('train/loss', 0.1, 1),
        metric('train/learningRate', 1e-3, 1),
        metric('train/loss', 1 / 3, 2),
        metric('train/learningRate', 5e-324, 2),
        metric('validation/verification.rocAuc', 0.875, 2),
        metric('test/retrieval.recallAt1', 2 ** -30, 2),
      ],
    });
    expect(asked[5]!.body).toMatchObject({ run_id: 'abc', status: 'KILLED' });
  });

  it('goes on with its run, in an experiment that is there, and sends no more than a request may hold', async () => {
    const { asked, uri } = await serve((path) =>
      path.startsWith('experiments/get') ? { status: 200, body: { experiment: { experiment_id: '3' } } } : known(path),
    );
    const tracker = createTracker(mlflow, { uri, experiment: 'others' });
    await (await tracker.open(runIn('/runs/one'), null)).close('completed');
    expect(asked[1]!.body).toMatchObject({ experiment_id: '3' });
    const before = asked.length;
    const again = await tracker.open(runIn('/runs/one'), { run: 'abc' });
    for (let step = 0; step < 2500; step++)
      void again.record({ kind: 'step', step, epoch: 0, at, values: { loss: step } });
    await again.close('completed');
    const later = asked.slice(before);
    expect(later[0]!.body).toEqual({ run_id: 'abc', status: 'RUNNING' });
    const sent = later.flatMap(({ body }) => (body?.['metrics'] as { step: number }[] | undefined) ?? []);
    expect(sent.map(({ step }) => step)).toEqual(Array.from({ length: 2500 }, (_, step) => step));
    expect(
      Math.max(...later.map(({ body }) => (body?.['metrics'] as unknown[] | undefined)?.length ?? 0)),
    ).toBeLessThanOrEqual(1000);
  });

  it.each([
    ['is not there', 'http://127.0.0.1:9/', /mlflow: http:\/\/127\.0\.0\.1:9\/ cannot be reached: /],
    ['refuses', null, /mlflow: runs\/log-batch was refused with status 400: no such run/],
  ])('a server that %s is warned of once, and the run goes on', async (_what, address, message) => {
    const refusing = await serve((path) =>
      path === 'runs/log-batch' ? { status: 400, body: { message: 'no such run' } } : known(path),
    );
    const warnings: string[] = [];
    const log = { debug: () => {}, info: () => {}, warn: (text: string) => void warnings.push(text) };
    const instance = createTracker(mlflow, { uri: address ?? refusing.uri, experiment: null });
    const trackers = await openTrackers([instance], runIn('/runs/one'), { log, positions: [] });
    for (let step = 0; step < 2000; step++)
      trackers.record({ kind: 'step', step, epoch: 0, loss: 1, learningRate: 1, monitors: {} } as never);
    await trackers.close('completed');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^a tracker is dropped, the run goes on: /);
    expect(warnings[0]).toMatch(message);
  });
});
