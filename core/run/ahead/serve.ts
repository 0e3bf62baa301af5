import type { MessagePort } from 'node:worker_threads';
import type { Log } from '../../contract/index.js';
import type { EncodedRows } from '../../data/encoded-rows.js';
import { restoreFields } from '../../data/fields.js';
import { type BufferRequest, codesByName, encodedBuffers } from '../../data/stream-training.js';
import { type OpenFiles, openFiles } from '../../files/index.js';
import { createRegistry, type PluginGroup } from '../../plugin/registry.js';
import { view } from '../../plugin/view.js';
import { ProblemError } from '../../problem/index.js';
import { imageWishes } from '../../recipe/image-wishes.js';
import type { FromThread, ThreadRequest, ToThread } from './messages.js';
import { Turns } from './turns.js';

/** The plugins that a request names, and their like. */
export type LoadPlugins = (request: ThreadRequest) => Promise<readonly PluginGroup[]>;

/** Opens the data of a run once more, and reads its training part for the thread that trains, until it is told to close. */
export async function serveAhead(port: MessagePort, request: ThreadRequest, load: LoadPlugins): Promise<void> {
  const stop = new AbortController();
  const turns = new Turns(stop.signal);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'close') stop.abort(new Error('closed'));
    else turns.tell(message);
  });
  const files = openFiles({ ...request.files, signal: stop.signal });
  const tell = (message: FromThread, memory: ArrayBuffer[] = []): void => port.postMessage(message, memory);
  let isOpen = false;
  try {
    const data = await openStream(request, { files, groups: await load(request), log: logTo(tell) });
    isOpen = true;
    tell({ kind: 'opened' });
    for await (const { rows, memory } of asked(data, turns)) {
      if (rows) tell({ kind: 'buffer', rows }, memory);
      else tell({ kind: 'passed' });
    }
  } catch (error) {
    if (!stop.signal.aborted) tell(isOpen ? failed(error) : { kind: 'refused', why: messageOf(error) });
  } finally {
    await files.close();
    port.close();
  }
}

interface Opening {
  readonly files: OpenFiles;
  readonly groups: readonly PluginGroup[];
  readonly log: Log;
}

/** A pass over the buffers, from one on. */
type Pass = (from: number) => AsyncGenerator<EncodedRows>;

async function openStream(request: ThreadRequest, { files, groups, log }: Opening): Promise<Pass> {
  const { source, split, surveyed } = request;
  const registry = createRegistry(groups);
  const reader = view(registry.get('source', source.type)!);
  const divider = view(registry.get('split', split.type)!);
  const images = imageWishes(request.fields);
  const data = await reader.create(source.options, { log, images }).open(files, surveyed.wanted);
  if (data.access !== 'stream') throw new Error('the source opens no stream');
  const how: BufferRequest = {
    ...request,
    files,
    split: divider.create(split.options, { log }),
    fields: restoreFields(surveyed.fitted),
    codes: codesByName(surveyed.groups),
  };
  return (from) => encodedBuffers(data, how, from);
}

interface Answer {
  /** null: a pass has ended. */
  readonly rows: EncodedRows | null;
  readonly memory: ArrayBuffer[];
}

/** Buffers as they are asked for, pass after pass. */
async function* asked(pass: Pass, turns: Turns): AsyncGenerator<Answer> {
  for (let from = await turns.begun(); ; from = 0) {
    const buffers = pass(from);
    for (;;) {
      await turns.next();
      const { value, done } = await buffers.next();
      if (done) break;
      yield handedOver(value);
    }
    turns.back();
    yield { rows: null, memory: [] };
  }
}

/** Copies whose memory another thread may have: what was encoded may be the source's own, or lie in a larger piece. */
function handedOver(rows: EncodedRows): Answer {
  const memory: ArrayBuffer[] = [];
  const copy = <T extends { slice(): T; readonly buffer: ArrayBufferLike }>(values: T): T => {
    const copied = values.slice();
    memory.push(copied.buffer as ArrayBuffer);
    return copied;
  };
  const all = <T extends { slice(): T; readonly buffer: ArrayBufferLike }>(named: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(named).map(([name, values]) => [name, copy(values)]));
  const { groups, target } = rows;
  const copied = {
    ...rows,
    stored: all(rows.stored as Readonly<Record<string, Float32Array>>),
    groups: groups && copy(groups),
    target: target && copy(target),
    columns: all(rows.columns),
  };
  return { rows: copied, memory };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const failed = (error: unknown): FromThread => ({
  kind: 'failed',
  problems: error instanceof ProblemError ? error.problems : null,
  message: messageOf(error),
});

function logTo(tell: (message: FromThread) => void): Log {
  const at = (level: keyof Log) => (message: string) => tell({ kind: 'log', level, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn') };
}
