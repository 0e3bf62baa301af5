import { type Json, type OpenTracker, type RunInfo, Tracker } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { type MlflowClient, openMlflow } from './mlflow-client.js';
import { paramsOf } from './mlflow-params.js';
import { seriesOf } from './series.js';

/** Most that one request may hold, by MLflow's API. */
const [METRICS, PARAMS] = [1000, 100];
/** How long values are gathered before they are sent. */
const GATHER_MS = 1000;
const states = { completed: 'FINISHED', interrupted: 'KILLED', failed: 'FAILED' } as const;

interface Metric {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
}

/**
 * A run in MLflow: the plan as parameters, every value as a metric (`train/loss`, `validation/verification.rocAuc`, ..) at
 * its step; what is not finite is left out. Values are sent at most once a second. The environment's
 * MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, is sent along, and kept nowhere.
 * Errors: Error, where the server cannot be reached or refuses.
 * Source: MLflow's REST API 2.0.
 */
export const mlflow = definePlugin(Tracker, {
  name: 'mlflow',
  summary: 'A run on an MLflow server, by its REST API.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      uri: {
        type: 'string',
        pattern: '^https?://',
        default: 'http://127.0.0.1:5000',
        description: 'Where the server listens.',
      },
      experiment: {
        type: ['string', 'null'],
        pattern: '.',
        default: null,
        description: "The experiment that the run belongs to, made where it is not there; null: the recipe's name.",
      },
    },
  },
  create: ({ uri, experiment }) => ({
    async open(run, position) {
      const client = openMlflow(uri, authorization(process.env));
      const known = (position as { readonly run: string } | null)?.run;
      const id = known ?? (await begin(client, run, experiment ?? run.name));
      if (known !== undefined) await client.post('runs/update', { run_id: id, status: 'RUNNING' });
      return track(client, id);
    },
  }),
});

function authorization(environment: NodeJS.ProcessEnv): string | null {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password = '',
  } = environment;
  if (token) return `Bearer ${token}`;
  return user ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : null;
}

async function begin(client: MlflowClient, { id, name, folder, plan }: RunInfo, experiment: string): Promise<string> {
  const created = await client.post('runs/create', {
    experiment_id: await client.experiment(experiment),
    run_name: `${name} ${id}`,
    start_time: Date.now(),
    tags: [
      { key: 'mlflow.source.name', value: 'siamese' },
      { key: 'siamese.folder', value: folder },
    ],
  });
  const run = (created as { run: { info: { run_id: string } } }).run.info.run_id;
  const params = paramsOf(plan);
  for (let start = 0; start < params.length; start += PARAMS) {
    await client.post('runs/log-batch', { run_id: run, params: params.slice(start, start + PARAMS) });
  }
  return run;
}

function track(client: MlflowClient, run: string): OpenTracker {
  let waiting: Metric[] = [];
  let last = Date.now();
  let sending: Promise<unknown> = Promise.resolve();
  const send = (): Promise<unknown> => {
    const now = waiting;
    [waiting, last] = [[], Date.now()];
    sending = sending.then(async () => {
      for (let start = 0; start < now.length; start += METRICS) {
        await client.post('runs/log-batch', { run_id: run, metrics: now.slice(start, start + METRICS) });
      }
    });
    return sending;
  };
  return {
    async record(event) {
      for (const [key, value] of seriesOf(event)) {
        if (Number.isFinite(value)) waiting.push({ key, value, timestamp: event.at, step: event.step });
      }
      if (Date.now() - last >= GATHER_MS || waiting.length >= METRICS) await send();
    },
    position: (): Json => ({ run }),
    async close(status) {
      await send();
      await client.post('runs/update', { run_id: run, status: states[status], end_time: Date.now() });
    },
  };
}
