import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeFile, temporaryFolder } from '../recipes/recipes.js';
import { runRecipe } from '../run/running.js';

/** TensorBoard and MLflow in a virtual environment; under CI its absence is a failure. */
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const venv = process.env['SIAMESE_TEST_VENV'] ?? join(cache, 'siamese-test-trackers');
const python = join(venv, 'bin', 'python');
const isAbsent = !existsSync(python) && process.env['CI'] !== 'true';
if (isAbsent) console.log(`skipped: there is no ${python} (test/full/install-trackers.sh makes it)`);

const READ_EVENTS = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
read = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0})
read.Reload()
print(json.dumps({tag: [[one.wall_time, one.step, one.value] for one in read.Scalars(tag)] for tag in read.Tags()['scalars']}))
`;

interface Row {
  readonly time: number;
  readonly step: number;
  readonly series: string;
  readonly value: number;
}

/** What the csv tracker of the same run was told, by series. */
function tableOf(folder: string): Map<string, Row[]> {
  const series = new Map<string, Row[]>();
  for (const line of readFileSync(join(folder, 'metrics.csv'), 'utf8').trim().split('\n').slice(1)) {
    const [time, step, , name, value] = line.split(',') as [string, string, string, string, string];
    const row = { time: Date.parse(time), step: Number(step), series: name, value: Number(value) };
    series.set(name, [...(series.get(name) ?? []), row]);
  }
  return series;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

describe.skipIf(isAbsent)('trackers, read back by their own programs', () => {
  const folder = temporaryFolder();
  let server: ChildProcess | null = null;
  let uri = '';
  let run = '';
  beforeAll(async () => {
    if (!existsSync(python)) throw new Error(`CI=true, and there is no ${python}`);
    const port = await freePort();
    uri = `http://127.0.0.1:${port}`;
    const store = [
      '--backend-store-uri',
      `sqlite:///${join(folder, 'mlflow.db')}`,
      '--artifacts-destination',
      join(folder, 'artifacts'),
    ];
    server = spawn(
      python,
      ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', ...store],
      {
        stdio: 'ignore',
        detached: true, // it has children of its own
        env: { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
      },
    );
    for (let up = false; !up; ) {
      if (server.exitCode !== null) throw new Error(`mlflow server ended with ${server.exitCode}`);
      up = await fetch(`${uri}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (!up) await new Promise((resolve) => setTimeout(resolve, 250));
    }
    run = (await runRecipe(recipeFile('tiny/tracked'), { out: join(folder, 'run'), set: [`trackers.2.uri=${uri}`] }))
      .folder;
  });
  afterAll(() => {
    if (server?.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
  });

  it('TensorBoard reads every scalar exactly', () => {
    const read = JSON.parse(
      execFileSync(python, ['-c', READ_EVENTS, join(run, 'tensorboard')], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).replaceAll('NaN', 'null'),
    );
    const told = tableOf(run);
    expect(new Set(Object.keys(read))).toEqual(new Set(told.keys()));
    for (const [series, rows] of told) {
      const expected = rows.map(({ time, step, value }) => [
        time / 1000,
        step,
        Number.isNaN(value) ? null : Math.fround(value),
      ]);
      expect(read[series], series).toEqual(expected);
    }
  });

  it('an MLflow server holds the run: its plan, every value at its step, and that it has ended', async () => {
    const ask = async (path: string, body: unknown) => {
      const response = await fetch(`${uri}/api/2.0/mlflow/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Record<string, never>;
    };
    const found = await fetch(`${uri}/api/2.0/mlflow/experiments/get-by-name?experiment_name=tracked`);
    const { experiment } = (await found.json()) as { experiment: { experiment_id: string } };
    const { runs } = (await ask('runs/search', { experiment_ids: [experiment.experiment_id] })) as unknown as {
      runs: Found[];
    };
    expect(runs).toHaveLength(1);
    const [{ info, data }] = runs as [Found];
    expect(info.status).toBe('FINISHED');
    expect(data.params).toContainEqual({ key: 'encoder.options.dimensions', value: '4' });
    const finite = [...tableOf(run)].map(
      ([series, rows]) => [series, rows.filter(({ value }) => Number.isFinite(value))] as const,
    );
    const told = finite.filter(([, rows]) => rows.length > 0);
    expect(new Set(data.metrics.map(({ key }) => key))).toEqual(new Set(told.map(([series]) => series)));
    for (const [series, rows] of told) {
      const history = await fetch(
        `${uri}/api/2.0/mlflow/metrics/get-history?run_id=${info.run_id}&metric_key=${encodeURIComponent(series)}`,
      );
      const { metrics } = (await history.json()) as { metrics: { value: number; step: number; timestamp: number }[] };
      const held = metrics
        .map(({ value, step, timestamp }) => ({ value, step, time: timestamp }))
        .sort((a, b) => a.step - b.step);
      expect(held, series).toEqual(rows.map(({ value, step, time }) => ({ value, step, time })));
    }
  });
});

interface Found {
  readonly info: { readonly run_id: string; readonly status: string };
  readonly data: {
    readonly params: readonly { key: string; value: string }[];
    readonly metrics: readonly { key: string }[];
  };
}
