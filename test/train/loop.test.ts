import { describe, expect, it } from 'vitest';
import type { Json, Position, SamplerInstance, Yields } from '../../core/contract/index.js';
import { pairBatch } from '../../core/data/batch.js';
import type { ItemSet, Side } from '../../core/data/item-set.js';
import type { Training } from '../../core/data/open.js';
import { createPool } from '../../core/data/pool.js';
import type { TrainingEvent } from '../../core/train/events.js';
import { type LoopSettings, type LoopState, train } from '../../core/train/loop.js';
import { notFinite } from '../../core/train/not-finite.js';
import type { StepPosition } from '../../core/train/step.js';
import { problemOf } from '../files/problem-of.js';

const side: Side = { size: 2, key: String, gather: () => ({}) };
const items: ItemSet = { left: side, right: side, groups: Int32Array.of(0, 0), impostorOf: null, pairs: null, triplets: null, column: () => new Int32Array() }; // biome-ignore format: one case
/** Every pass has so many batches of two pairs. */
function source(batches: number): { readonly training: Training; readonly sampler: SamplerInstance<Yields> } {
  const rows = { left: Int32Array.of(0, 1), right: Int32Array.of(1, 0), target: null };
  return {
    training: {
      access: 'random',
      counts: { items: 2, rightItems: 2, groupSizes: Int32Array.of(2), pairs: 0, positives: 0, triplets: 0 },
      async *pools() {
        yield { items, pool: createPool({ size: 2, groups: items.groups }), index: 0 };
      },
    },
    sampler: { plan: () => ({ batches }), sample: () => ({ count: batches, batch: () => rows }) },
  };
}

interface Run {
  readonly events: TrainingEvent[];
  /** Where the steps stood. */
  readonly steps: StepPosition[];
  readonly checkpoints: LoopState[];
  readonly positions: Position[];
  readonly settings: LoopSettings;
}

interface Script {
  /** Steps of a pass. */
  readonly pass?: number;
  /** By the number of the step, from 1. */
  readonly loss?: (step: number) => number;
  /** Values of the monitored metric, one per evaluation; the last goes on. */
  readonly monitored?: readonly number[];
  /** Called after each step. */
  readonly after?: (step: number) => void;
  /** Steps of one call. */
  readonly capacity?: number;
}

/** A run whose step only counts: the weights are the number of the step. */
function scripted(script: Script = {}, more: Partial<LoopSettings> = {}): Run {
  const { pass = 4, loss = (step) => step, monitored, after, capacity = 1 } = script;
  const run = { events: [] as TrainingEvent[], steps: [] as StepPosition[], checkpoints: [] as LoopState[], positions: [] as Position[] }; // biome-ignore format: one case
  let evaluations = 0;
  const validate = async () => ({ retrieval: { values: { mapAtR: monitored!.at(Math.min(evaluations++, monitored!.length - 1))! } } }); // biome-ignore format: one case
  let step = more.from?.step ?? 0;
  const settings: LoopSettings = {
    step: {
      capacity,
      compiled: capacity > 1,
      run: (feeds) =>
        feeds.map(({ at }) => {
          run.steps.push(at);
          step = at.index + 1;
          after?.(step);
          return { loss: loss(step), monitors: { activeShare: step / 100 } };
        }),
      optimizerState: null as never,
      taken: { compiled: capacity > 1, forms: [] },
      settle: () => {},
      dispose: () => {},
    },
    feed: {
      ...source(pass),
      yields: 'pairs',
      batchSize: 2,
      seed: 1,
      augmentations: [],
      inputs: { left: [], right: [] },
    },
    network: null as never, // nothing is mined
    schedule: {
      factor(at) {
        run.positions.push(at);
        return 1 / (1 + at.step);
      },
    },
    learningRate: 0.5,
    epochs: 3,
    steps: null,
    stepsPerEpoch: null,
    stepsPerPass: pass,
    evaluateEvery: 'epoch',
    checkpointEvery: 'epoch',
    validate: monitored ? validate : null,
    monitor: monitored ? { path: 'retrieval.mapAtR', better: 'higher' } : null,
    earlyStopping: null,
    snapshot: () => ({ step: { shape: [], values: Float32Array.of(step) } }),
    checkpoint: async (state) => void run.checkpoints.push(state),
    report: (event) => void run.events.push(event),
    signal: new AbortController().signal,
    ...more,
  };
  return { ...run, settings };
}

const of = <K extends TrainingEvent['kind']>(kind: K, { events }: Run): Extract<TrainingEvent, { kind: K }>[] =>
  events.filter((event): event is Extract<TrainingEvent, { kind: K }> => event.kind === kind);
/** kind@step of everything but single steps. */
const outline = ({ events }: Run): string[] =>
  events.flatMap((event) =>
    event.kind === 'step' ? [] : 'step' in event ? [`${event.kind}@${event.step}`] : [event.kind],
  );

describe('epochs and steps', () => {
  it('trains so many passes, and says what happens', async () => {
    const run = scripted();
    const result = await train(run.settings);
    expect(result).toMatchObject({ status: 'completed', lastLoss: 12 });
    expect(result.state).toMatchObject({ step: 12, epoch: 3, inEpoch: 0, best: null, rows: 24, due: null });
    expect(run.events[0]).toEqual({ kind: 'begin', steps: 12, epochs: 3, from: 0 });
    expect(outline(run)).toEqual(['begin', 'epoch@4', 'epoch@8', 'epoch@12']);
    expect(of('epoch', run).map(({ epoch, loss }) => [epoch, loss])).toEqual([[1, 2.5], [2, 6.5], [3, 10.5]]); // biome-ignore format: a table
    expect(run.checkpoints.map(({ step, epoch }) => [step, epoch])).toEqual([[4, 1], [8, 2], [12, 3]]); // biome-ignore format: a table
    expect(of('step', run)[2]).toEqual({ kind: 'step', step: 3, epoch: 0, loss: 3, learningRate: 0.5 / 3, monitors: { activeShare: 0.03 } }); // biome-ignore format: one case
    expect(result.state.seconds).toBeGreaterThan(0);
    expect(result.firstStepSeconds).toBeGreaterThan(0);
  });

  it('tells the step where it stands, and the schedule its position', async () => {
    const run = scripted({ pass: 2 }, { epochs: 2 });
    await train(run.settings);
    expect(run.steps).toEqual(
      [0, 1, 2, 3].map((index) => ({ index, progress: index / 4, learningRate: 0.5 / (1 + index) })),
    );
    expect(run.positions[2]).toEqual({ step: 2, steps: 4, epoch: 1, epochs: 2, stepsPerEpoch: 2 });
  });

  it('trains so many steps, also where they end within a pass', async () => {
    const run = scripted({ monitored: [0.5] }, { epochs: null, steps: 6 });
    expect((await train(run.settings)).state).toMatchObject({ step: 6, epoch: 2 });
    expect(run.events[0]).toEqual({ kind: 'begin', steps: 6, epochs: 2, from: 0 });
    expect(outline(run)).toEqual(['begin', 'epoch@4', 'evaluation@4', 'epoch@6', 'evaluation@6']);
    expect(of('epoch', run)[1]!.loss).toBe(5.5);
  });

  it('ends an epoch after stepsPerEpoch, over and within passes', async () => {
    const run = scripted({ pass: 4 }, { epochs: 3, stepsPerEpoch: 6 });
    const { state } = await train(run.settings);
    expect(outline(run)).toEqual(['begin', 'epoch@6', 'epoch@12', 'epoch@18']);
    expect(state.feed).toEqual({ pass: 4, pool: 0, batch: 2, begun: 16 });
    expect(run.positions[0]).toMatchObject({ steps: 18, stepsPerEpoch: 6 });
  });

  it('keeps the schedule in its range where a stream is longer than was thought', async () => {
    const run = scripted({ pass: 5 }, { epochs: 2, stepsPerPass: 2 });
    await train(run.settings);
    expect(run.steps).toHaveLength(10);
    expect(run.positions.map(({ step, steps }) => steps > step)).not.toContain(false);
    expect(run.steps.map(({ progress }) => progress)).toEqual([0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1]);
  });

  it('logs the first step and about twenty an epoch', async () => {
    const run = scripted({ pass: 100 }, { epochs: 1 });
    await train(run.settings);
    expect(of('step', run).map(({ step }) => step)).toEqual([1, ...Array.from({ length: 20 }, (_, i) => 5 * (i + 1))]);
  });
});

describe('steps of several batches', () => {
  it('end with what a pass has left; the loss and the monitors are means', async () => {
    const run = scripted({ pass: 5, capacity: 4 }, { epochs: 2, accumulate: 2, stepsPerPass: 3 });
    const { state } = await train(run.settings);
    expect(state).toMatchObject({ step: 6, epoch: 2, rows: 20 });
    expect(run.steps.map(({ index, within }) => [index, within!.step, within!.ends])).toEqual([
      [0, 0, false], [1, 0, true], [2, 1, false], [3, 1, true], [4, 2, true],
      [6, 3, false], [7, 3, true], [8, 4, false], [9, 4, true], [10, 5, true],
    ]); // biome-ignore format: a table
    expect(run.steps[3]).toMatchObject({ progress: 1 / 6, learningRate: 0.25 }); // both of the step
    expect(run.positions.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]); // asked once a step
    expect(of('step', run).map(({ step, loss, monitors }) => [step, loss, Number(monitors['activeShare']!.toFixed(6))])).toEqual([
      [1, 1.5, 0.015], [2, 3.5, 0.035], [3, 5, 0.05], [4, 7.5, 0.075], [5, 9.5, 0.095], [6, 11, 0.11],
    ]); // biome-ignore format: a table
    expect(of('epoch', run).map(({ step, loss }) => [step, loss])).toEqual([[3, 10 / 3], [6, 28 / 3]]); // biome-ignore format: a table
  });

  it('go over the ends of passes where an epoch is a number of steps', async () => {
    const run = scripted({ pass: 3 }, { epochs: 2, accumulate: 2, stepsPerEpoch: 2 });
    const { state } = await train(run.settings);
    expect(state.feed).toEqual({ pass: 2, pool: 0, batch: 2, begun: 6 });
    expect(run.steps.map(({ within }) => within!.ends)).toEqual([false, true, false, true, false, true, false, true]);
  });

  it('skip batches one by one, and count a step that has none', async () => {
    const lost = new Set([2, 3, 4]);
    const run = scripted(
      { pass: 6, loss: (batch) => (lost.has(batch) ? Number.NaN : batch) },
      { epochs: 1, accumulate: 2, skipNotFinite: true },
    );
    const { state } = await train(run.settings);
    expect(state).toMatchObject({ step: 3, skipped: { all: 3, inRow: 0 } });
    expect(of('skip', run).map(({ step }) => step)).toEqual([1, 2, 2]);
    expect(of('epoch', run)[0]!.loss).toBe((1 + 5.5) / 2);
  });
});

describe('evaluation', () => {
  it('comes after each epoch, and keeps the best model', async () => {
    const run = scripted({ monitored: [0.2, 0.6, 0.6] });
    const { state } = await train(run.settings);
    expect(outline(run)).toEqual(['begin', 'epoch@4', 'evaluation@4', 'epoch@8', 'evaluation@8', 'epoch@12', 'evaluation@12']); // biome-ignore format: one case
    expect(of('evaluation', run).map(({ monitored, best, epoch }) => [epoch, monitored, best])).toEqual([[1, 0.2, true], [2, 0.6, true], [3, 0.6, false]]); // biome-ignore format: a table
    expect(state.best).toEqual({ value: 0.6, epoch: 2, step: 8, weights: { step: { shape: [], values: Float32Array.of(8) } } }); // biome-ignore format: one case
    expect(run.checkpoints.map(({ best }) => best?.step)).toEqual([4, 8, 8]);
  });

  it('comes every so many steps, and once more at the end', async () => {
    const run = scripted({ monitored: [0.1, 0.9, 0.5, 0.7] }, { evaluateEvery: 3, checkpointEvery: 5, epochs: 2, stepsPerEpoch: 5 }); // biome-ignore format: one case
    const { state } = await train(run.settings);
    expect(outline(run)).toEqual(['begin', 'evaluation@3', 'epoch@5', 'evaluation@6', 'evaluation@9', 'epoch@10', 'evaluation@10']); // biome-ignore format: one case
    expect(run.checkpoints.map(({ step }) => step)).toEqual([5, 10]);
    expect([state.best?.step, state.best?.epoch]).toEqual([6, 1]);
  });

  it('prefers the lower value where that is better', async () => {
    const run = scripted({ monitored: [0.6, 0.2, 0.4] }, { monitor: { path: 'retrieval.mapAtR', better: 'lower' } });
    expect((await train(run.settings)).state.best).toMatchObject({ value: 0.2, step: 8 });
  });

  it('keeps no model where the metric cannot be measured', async () => {
    const run = scripted({ monitored: [Number.NaN] });
    expect((await train(run.settings)).state.best).toBeNull();
    expect(of('evaluation', run).map(({ monitored, best }) => [monitored, best])).toEqual(Array(3).fill([null, false]));
  });

  it('feeds plateau schedules, whose state goes on', async () => {
    const seen: Json[] = [];
    const schedule = {
      initial: 0,
      factor: (_at: Position, state: Json) => {
        seen.push(state);
        return 1;
      },
      observe: (state: Json, { epoch, monitored, better }: { epoch: number; monitored: number; better: string }) =>
        epoch === 3 ? null : `${state}|${epoch} ${monitored} ${better}`,
    };
    const run = scripted({ pass: 1, monitored: [0.5, 0.25] }, { schedule });
    const { state } = await train(run.settings);
    expect(seen).toEqual([0, '0|1 0.5 higher', '0|1 0.5 higher|2 0.25 higher']);
    expect(state.schedule).toBeNull();
  });
});

describe('early stopping', () => {
  const stopping = (monitored: readonly number[], patience: number, minimumDelta = 0) =>
    scripted({ pass: 1, monitored }, { epochs: 20, earlyStopping: { patience, minimumDelta } });

  it('comes when the metric has not improved for so many evaluations', async () => {
    const run = stopping([0.1, 0.3, 0.3, 0.2, 0.25], 3);
    const { state, status } = await train(run.settings);
    expect(status).toBe('completed');
    expect([state.step, state.waited, state.best?.step]).toEqual([5, 3, 2]);
    expect(run.events.at(-1)).toEqual({
      kind: 'stop',
      step: 5,
      reason: 'early-stopping',
      message: 'stopped early: retrieval.mapAtR has not improved in 3 evaluations',
    });
  });

  it('asks for more than minimumDelta, against the value that last did improve so', async () => {
    // each step improves by 0.03: too little by itself, enough in two
    const steady = stopping([0.1, 0.13, 0.16, 0.19, 0.22, 0.25, 0.25], 2, 0.05);
    const { state } = await train(steady.settings);
    expect([state.step, state.best?.value]).toEqual([7, 0.25]); // 0.10, 0.16 and 0.22 count, then 0.25 comes twice
    const none = stopping([0.1, 0.12, 0.14], 2, 0.05);
    expect((await train(none.settings)).state).toMatchObject({ step: 3, best: { value: 0.14 } });
  });

  it('writes the checkpoint that is due before it stops', async () => {
    const run = stopping([0.5], 1);
    await train(run.settings);
    expect(run.checkpoints.at(-1)).toMatchObject({ step: 2, waited: 1 });
  });
});

describe('interruption', () => {
  it('writes a checkpoint of the last whole step, and stops', async () => {
    const controller = new AbortController();
    const run = scripted({ after: (step) => step === 6 && controller.abort() }, { signal: controller.signal });
    const result = await train(run.settings);
    expect([result.status, result.state.step]).toEqual(['interrupted', 6]);
    expect(run.checkpoints.map(({ step }) => step)).toEqual([4, 6]);
    expect(run.checkpoints[1]).toEqual(result.state);
    expect(run.events.at(-1)).toEqual({ kind: 'stop', step: 6, reason: 'interrupted', message: 'interrupted after 6 steps; a checkpoint is kept' }); // biome-ignore format: one case
  });

  it('is heard while the loop runs, from a timer', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 80);
    const run = scripted({ pass: 1000 }, { signal: controller.signal, epochs: 1_000_000 });
    expect((await train(run.settings)).status).toBe('interrupted');
  });

  it('may come while a stream reads: what it throws then is no failure', async () => {
    const controller = new AbortController();
    const { training, sampler } = source(2);
    const stream: Training = {
      ...training,
      async *pools(epoch) {
        yield* training.pools(epoch);
        if (epoch === 1) {
          controller.abort();
          controller.signal.throwIfAborted();
        }
      },
    };
    const run = scripted({ pass: 2 }, { signal: controller.signal });
    const settings = { ...run.settings, feed: { ...run.settings.feed, training: stream, sampler } };
    const result = await train(settings);
    expect(result.status).toBe('interrupted');
    expect(run.checkpoints.at(-1)!.step).toBe(result.state.step);
  });

  it('before the first step leaves a checkpoint of the start', async () => {
    const run = scripted({}, { signal: AbortSignal.abort() });
    const result = await train(run.settings);
    expect([result.status, result.state.step, result.firstStepSeconds]).toEqual(['interrupted', 0, 0]);
    expect(result.lastLoss).toBeNaN();
    expect(run.checkpoints.map(({ step }) => step)).toEqual([0]);
  });

  it('and resumption make what one run would have made', async () => {
    const script = { pass: 5, loss: (step: number) => 1 / step, monitored: [0.3, 0.1, 0.4, 0.2] };
    const how = { epochs: 4, stepsPerEpoch: 7, earlyStopping: { patience: 3, minimumDelta: 0 } };
    const whole = scripted(script, how);
    const expected = await train(whole.settings);
    for (const stop of [1, 6, 7, 8, 14, 20, 27]) {
      const controller = new AbortController();
      const first = scripted({ ...script, after: (step) => step === stop && controller.abort() }, { ...how, signal: controller.signal }); // biome-ignore format: one case
      const { state } = await train(first.settings);
      const from = structuredClone(state);
      const second = scripted({ ...script, monitored: script.monitored.slice(of('evaluation', first).length) }, { ...how, from }); // biome-ignore format: one case
      const result = await train(second.settings);
      expect({ ...result.state, seconds: 0 }).toEqual({ ...expected.state, seconds: 0 });
      expect(result.state.seconds).toBeGreaterThan(state.seconds);
      expect(second.steps).toHaveLength(28 - stop);
      expect([...first.steps, ...second.steps]).toEqual(whole.steps);
      const timeless = (run: Run) =>
        run.events.flatMap((event): TrainingEvent[] => {
          if (event.kind === 'begin' || (event.kind === 'stop' && event.reason === 'interrupted')) return [];
          return event.kind === 'epoch' ? [{ ...event, seconds: 0, stepsPerSecond: 0 }] : [event];
        });
      expect([...timeless(first), ...timeless(second)]).toEqual(timeless(whole));
    }
  });

  it('comes after a step that is told, as a signal would', async () => {
    const whole = scripted({ pass: 5, capacity: 3 }, { epochs: 2 });
    await train(whole.settings);
    const first = scripted({ pass: 5, capacity: 3 }, { epochs: 2, stopAt: 7 });
    const { status, state } = await train(first.settings);
    expect([status, state.step]).toEqual(['interrupted', 7]);
    const second = scripted({ pass: 5, capacity: 3 }, { epochs: 2, from: structuredClone(state) });
    await train(second.settings);
    expect(second.events[0]).toEqual({ kind: 'begin', steps: 10, epochs: 2, from: 7 });
    expect([...first.steps, ...second.steps]).toEqual(whole.steps);
  });

  it('in an evaluation leaves it to the run that goes on', async () => {
    const monitored = [0.2, 0.6, 0.4];
    const whole = scripted({ monitored });
    const expected = await train(whole.settings);
    for (const broken of [1, 2, 3]) {
      const controller = new AbortController();
      const first = scripted({ monitored }, { signal: controller.signal });
      let evaluations = 0;
      const validate: LoopSettings['validate'] = async () => {
        if (++evaluations === broken) controller.abort();
        controller.signal.throwIfAborted();
        return first.settings.validate!();
      };
      const { status, state } = await train({ ...first.settings, validate });
      expect([status, state.step, state.due]).toEqual(['interrupted', 4 * broken, { epoch: true, training: broken === 3 }]); // biome-ignore format: one case
      const second = scripted({ monitored: monitored.slice(broken - 1) }, { from: structuredClone(state) });
      const result = await train(second.settings);
      expect(outline(second).slice(0, 2)).toEqual(['begin', `evaluation@${4 * broken}`]);
      expect({ ...result.state, seconds: 0 }).toEqual({ ...expected.state, seconds: 0 });
      expect([...first.steps, ...second.steps]).toEqual(whole.steps);
    }
  });

  it('a run that was done does nothing more', async () => {
    const done = await train(scripted({ monitored: [0.5] }).settings);
    const again = scripted({}, { from: done.state });
    expect(await train(again.settings)).toMatchObject({ status: 'completed', state: done.state });
    expect(outline(again)).toEqual(['begin']);
  });
});

describe('a loss that is not finite', () => {
  it.each([Number.NaN, Infinity, -Infinity])('%s ends the run, and names the step', async (loss) => {
    const run = scripted({ loss: (step) => (step === 6 ? loss : 1) });
    const { code, message, hint } = await problemOf(() => train(run.settings));
    expect([code, message]).toEqual([
      'LOSS_NOT_FINITE',
      `the loss became ${loss} at step 6, at a learning rate of ${0.5 / 6}; its batch holds 0, 1`,
    ]);
    expect(hint).toBe('The loss was 1 one step before: the likely cause is a training that diverges; a lower optimizer.learningRate, train.clipNorm: 1, or a warm-up usually helps.'); // biome-ignore format: one case
    expect(run.checkpoints.map(({ step }) => step)).toEqual([4]);
  });

  it('tells of the last good step before it ends the run', async () => {
    const lost: LoopState[] = [];
    const run = scripted({ loss: (step) => (step === 6 ? Number.NaN : 1), monitored: [0.5] }, { lost: async (state) => void lost.push(state) }); // biome-ignore format: one case
    await expect(train(run.settings)).rejects.toThrow('LOSS_NOT_FINITE');
    expect(lost.map(({ step, best }) => [step, best?.step])).toEqual([[5, 4]]);
  });

  it('names the items of the batch, a few of them, and the value that is the likely cause', () => {
    const values = Float32Array.of(1, 2, 3, -4e30, 5, 6, 7, 8, 9, 10);
    const many: Side = { size: 10, key: (row) => `item-${row}`, gather: (rows) => ({ size: Float32Array.from(rows, (row) => values[row]!) }) }; // biome-ignore format: one case
    const set: ItemSet = { ...items, left: many, right: many, groups: new Int32Array(10) };
    const rows = { left: Int32Array.of(0, 1, 2, 3, 4), right: Int32Array.of(5, 6, 7, 8, 9), target: null };
    const error = notFinite(Number.NaN, { step: 3, learningRate: 0.1, fed: { batch: pairBatch(set, rows), items: set }, before: 1 }); // biome-ignore format: one case
    expect(error.problems[0]).toMatchObject({
      message: 'the loss became NaN at step 3, at a learning rate of 0.1; its batch holds item-0, item-1, item-2, item-3, item-4, item-5 and 4 more', // biome-ignore format: one line
      hint: `The field size of item item-3 holds ${Math.fround(-4e30)}: the likely cause is values of that size; scale the field, or clean the data.`, // biome-ignore format: one line
    });
  });
});

it('what the step, the evaluation or the checkpoint throws ends the run', async () => {
  const fails = (): never => {
    throw new Error('broken');
  };
  await expect(train(scripted({ loss: fails }).settings)).rejects.toThrow('broken');
  await expect(train(scripted({ monitored: [0.5] }, { validate: async () => fails() }).settings)).rejects.toThrow(
    'broken',
  );
  await expect(train(scripted({}, { checkpoint: async () => fails() }).settings)).rejects.toThrow('broken');
});
