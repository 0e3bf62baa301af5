import type { Json, Log, OpenTracker, RunInfo, TrackerEvent, TrackerInstance } from '../contract/index.js';
import type { TrainingEvent } from '../train/events.js';
import { keptState } from '../train/kept-state.js';
import { closeWithin } from './closing.js';
import { flatten } from './figure-paths.js';
import type { RunResult } from './result.js';

/** The run's trackers: told of every event, never waited for. */
export interface Trackers {
  /** Where each stands, in the plan's order: a checkpoint holds it. */
  readonly positions: readonly Json[];
  record(event: TrainingEvent): void;
  /** The figures on test, as `test.verification.rocAuc`. */
  finished(result: RunResult): void;
  close(status: 'completed' | 'interrupted' | 'failed'): Promise<void>;
}

/** A tracker that throws is logged once and dropped: it never stops a run. `positions`: of the run that is gone on with. */
export async function openTrackers(
  instances: readonly TrackerInstance[],
  run: RunInfo,
  { log, positions }: { readonly log: Log; readonly positions: readonly Json[] },
): Promise<Trackers> {
  const open = new Map<number, OpenTracker>();
  const drop = (place: number, error: unknown): void => {
    open.delete(place);
    log.warn(`a tracker is dropped, the run goes on: ${error instanceof Error ? error.message : String(error)}`);
  };
  for (const [place, instance] of instances.entries()) {
    try {
      open.set(place, await instance.open(run, positions[place] ?? null));
    } catch (error) {
      drop(place, error);
    }
  }
  const each = async (act: (tracker: OpenTracker) => void | Promise<void>): Promise<void> => {
    const one = async ([place, tracker]: readonly [number, OpenTracker]): Promise<void> => {
      await Promise.resolve(act(tracker)).catch((error) => open.has(place) && drop(place, error));
    };
    await Promise.all([...open].map(one));
  };
  return {
    get positions() {
      return instances.map((_, place) => positionOf(open.get(place), (error) => drop(place, error)));
    },
    record: (event) => {
      for (const told of trackerEvents(event)) void each(async (tracker) => tracker.record(told));
    },
    finished: (result) => {
      const told = finalEvent(result);
      if (told) void each(async (tracker) => tracker.record(told));
    },
    close: (status) => each((tracker) => closeWithin('a tracker', async () => tracker.close(status), log)),
  };
}

function positionOf(tracker: OpenTracker | undefined, drop: (error: unknown) => void): Json {
  try {
    return keptState('it', tracker?.position() ?? null);
  } catch (error) {
    drop(error);
    return null;
  }
}

function finalEvent({ test, training }: RunResult): TrackerEvent | null {
  const figures = [...flatten(test ?? {})].filter((one): one is [string, number] => one[1] !== null);
  if (figures.length === 0) return null;
  const values = Object.fromEntries(figures.map(([path, value]) => [`test.${path}`, value]));
  return { kind: 'evaluation', step: training.steps, epoch: training.epochs, at: Date.now(), values };
}

/** An event as trackers know it; a stop is no event of theirs. */
function trackerEvents(event: TrainingEvent): readonly TrackerEvent[] {
  const at = Date.now();
  if (event.kind === 'step') {
    const { step, epoch, loss, learningRate, monitors } = event;
    return [{ kind: 'step', step, epoch, at, values: { loss, learningRate, ...monitors } }];
  }
  if (event.kind === 'epoch') {
    const { step, epoch, loss, stepsPerSecond } = event;
    return [{ kind: 'epoch', step, epoch, at, values: { loss, stepsPerSecond } }];
  }
  if (event.kind === 'health') {
    const { step, epoch, name, key, values } = event;
    return [{ kind: 'health', step, epoch, at, values, message: `${name}: ${event.message} (${key})` }];
  }
  if (event.kind !== 'evaluation') return [];
  const values = Object.entries(event.evaluation).flatMap(([name, result]) =>
    Object.entries(result.values).map(([metric, value]) => [`${name}.${metric}`, value] as const),
  );
  return [{ kind: 'evaluation', step: event.step, epoch: event.epoch, at, values: Object.fromEntries(values) }];
}
