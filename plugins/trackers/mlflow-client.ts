/** What the tracker asks of an MLflow server: its REST API, version 2.0. */
export interface MlflowClient {
  /** The id of the experiment of this name, which is made where it is not there. */
  experiment(name: string): Promise<string>;
  post(path: string, body: unknown): Promise<Readonly<Record<string, unknown>>>;
}

const PATIENCE_MS = 10_000;

/** `authorization`: the header of that name, or null. Errors: Error with what the server, or the network, says. */
export function openMlflow(uri: string, authorization: string | null): MlflowClient {
  const base = `${uri.replace(/\/+$/, '')}/api/2.0/mlflow/`;
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(base + path, { ...init, headers, signal }).catch((error: unknown) => {
      throw new Error(`mlflow: ${uri} cannot be reached: ${reasonOf(error)}`);
    });
    const text = await response.text();
    return { status: response.status, body: parse(text), text };
  };
  const post = async (path: string, body: unknown): Promise<Answer['body']> =>
    accepted(path, await ask(path, { method: 'POST', body: JSON.stringify(body) }));
  return {
    post,
    async experiment(name) {
      const found = await ask(`experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`, {});
      if (found.status === 404) return String((await post('experiments/create', { name }))['experiment_id']);
      const { experiment } = accepted('experiments/get-by-name', found) as { experiment?: { experiment_id?: string } };
      return String(experiment?.experiment_id);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function accepted(path: string, { status, body, text }: Answer): Answer['body'] {
  if (status === 200) return body;
  throw new Error(
    `mlflow: ${path} was refused with status ${status}: ${String(body['message'] ?? text).slice(0, 200)}`,
  );
}

function parse(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return {}; // a proxy's page
  }
}

/** fetch hides what happened in `cause`. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message ? cause.message : message;
}
