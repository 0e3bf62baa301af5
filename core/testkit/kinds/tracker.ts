import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, OpenTracker, RunInfo, TrackerEvent } from '../../contract/index.js';
import { closeWithin } from '../../run/closing.js';
import { openTrackers } from '../../run/trackers.js';
import { flaw, passed, skip, type Trial, type Verdict } from '../check.js';
import type { Subject } from '../subject.js';

/** It takes every event, can be closed and opened again, and a run goes on where it cannot. */
export function trackerTrials(subject: Subject<'tracker'>): readonly Trial[] {
  return [
    { name: 'opens, takes every kind of event, closes', run: () => inFolder((folder) => lifetime(subject, folder)) },
    { name: 'its position is JSON and opens it again', run: () => inFolder((folder) => reopens(subject, folder)) },
    { name: 'a run goes on without it', run: () => survives(subject) },
  ];
}

async function inFolder(run: (folder: string) => Promise<Verdict>): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'siamese-testkit-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const runIn = (folder: string, resumed = false): RunInfo => ({
  id: '1',
  name: 'conformance',
  folder,
  plan: { name: 'conformance' },
  resumed,
});

const events: readonly TrackerEvent[] = (['step', 'epoch', 'evaluation', 'health', 'artefact'] as const).map(
  (kind, step) => ({
    kind,
    step,
    epoch: 0,
    at: 1_700_000_000_000 + step,
    values: kind === 'artefact' ? {} : { loss: 0.5, 'verification.rocAuc': Number.NaN },
    ...(kind === 'health' ? { message: 'all embeddings are the same' } : {}),
    ...(kind === 'artefact' ? { path: 'model' } : {}),
  }),
);

/** A tracker whose service is not here is no fault of its code. */
async function open(subject: Subject<'tracker'>, run: RunInfo, position: Json): Promise<OpenTracker | string> {
  try {
    return await subject.create().open(run, position);
  } catch (error) {
    return `it cannot be opened here: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`;
  }
}

async function lifetime(subject: Subject<'tracker'>, folder: string): Promise<Verdict> {
  for (const status of ['completed', 'interrupted', 'failed'] as const) {
    const own = join(folder, status); // each run has its folder
    mkdirSync(own);
    const tracker = await open(subject, runIn(own), null);
    if (typeof tracker === 'string') return skip(tracker);
    for (const event of events) await tracker.record(event);
    const late = await closes(tracker, status);
    if (late !== null) return flaw(`of a run that is ${status} ${late}`);
  }
  return passed;
}

/** As a run closes it: in words what is wrong, null where nothing is. */
async function closes(tracker: OpenTracker, status: Parameters<OpenTracker['close']>[0]): Promise<string | null> {
  const told: string[] = [];
  const log = { debug: () => {}, info: () => {}, warn: (message: string) => void told.push(message) };
  await closeWithin('it', async () => tracker.close(status), log);
  return told[0] ?? null;
}

async function reopens(subject: Subject<'tracker'>, folder: string): Promise<Verdict> {
  const tracker = await open(subject, runIn(folder), null);
  if (typeof tracker === 'string') return skip(tracker);
  for (const event of events) await tracker.record(event);
  const position = tracker.position();
  if ((await closes(tracker, 'interrupted')) !== null) return skip('it does not close');
  const text = JSON.stringify(position);
  if (text === undefined || JSON.stringify(JSON.parse(text)) !== text) return flaw('its position is no JSON');
  const again = await open(subject, runIn(folder, true), JSON.parse(text) as Json);
  if (typeof again === 'string') return flaw(`from its own position ${text.slice(0, 80)} ${again}`);
  if (JSON.stringify(again.position()) !== text)
    return flaw(`opened again at ${text.slice(0, 60)} it stands at ${JSON.stringify(again.position())?.slice(0, 60)}`);
  await again.record(events[0]!);
  await again.close('completed');
  return passed;
}

/** In a folder that is not there, with every event and the end: nothing of it may reach the run. */
async function survives(subject: Subject<'tracker'>): Promise<Verdict> {
  const warnings: string[] = [];
  const log = { debug: () => {}, info: () => {}, warn: (message: string) => void warnings.push(message) };
  const nowhere = join(tmpdir(), 'siamese-testkit-nowhere', '\u0001', 'not', 'there');
  const trackers = await openTrackers([subject.create()], runIn(nowhere), { log, positions: [] });
  trackers.record({ kind: 'step', step: 1, epoch: 0, loss: 1, learningRate: 0.1, monitors: {} } as never);
  await trackers.close('failed');
  rmSync(join(tmpdir(), 'siamese-testkit-nowhere'), { recursive: true, force: true });
  const late = warnings.find((warning) => warning.includes('did not close'));
  return late === undefined ? passed : flaw(`${late}: a run would end without it`);
}
