import { describe, expect, it } from 'vitest';
import type { TrainingEvent } from '../../../core/train/events.js';
import { watchHealth } from '../../../core/train/health/health.js';
import type { HealthKeys } from '../../../core/train/health/signal.js';

const keys: HealthKeys = { margin: 'loss.margin', polarity: 'data.source.polarity' };
const step = (activeShare?: number): TrainingEvent => ({ kind: 'step', step: 1, epoch: 0, loss: 1, learningRate: 1, monitors: activeShare === undefined ? {} : { activeShare } }); // biome-ignore format: one case
const epoch = (number: number, loss = 1): TrainingEvent => ({ kind: 'epoch', step: number, epoch: number, loss, seconds: 1, stepsPerSecond: 1 }); // biome-ignore format: one case
const evaluation = (figures: Record<string, Record<string, number>>): TrainingEvent => ({
  kind: 'evaluation', step: 1, epoch: 1, monitored: null, best: false,
  evaluation: Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, { values }])),
}); // biome-ignore format: one case
const embeddings = (spread: number, norm: number): TrainingEvent => evaluation({ embeddings: { spread, norm } });
const auc = (rocAuc: number): TrainingEvent => evaluation({ verification: { rocAuc } });

/** name@place of every signal, place being that of the event in the list. */
function signals(events: readonly TrainingEvent[], named: HealthKeys = keys): string[] {
  const watch = watchHealth(named);
  return events.flatMap((event, at) => watch.observe(event).map(({ name, key }) => `${name}@${at} ${key}`));
}
const messages = (events: readonly TrainingEvent[]): string[] => {
  const watch = watchHealth(keys);
  return events.flatMap((event) => watch.observe(event).map(({ message }) => message));
};

describe('collapse', () => {
  it('is embeddings that hardly differ, whatever their length', () => {
    expect(signals([embeddings(0.011, 1)])).toEqual([]);
    expect(signals([embeddings(11, 1000)])).toEqual([]);
    // shrinking to the origin, as long as they are wide
    expect(signals([embeddings(3, 3), embeddings(0.03, 0.03), embeddings(0.029, 0.029)])).toEqual(['collapse@2 optimizer.learningRate']); // biome-ignore format: one case
    expect(signals([embeddings(0.009, 1)])).toEqual(['collapse@0 optimizer.learningRate']);
    expect(signals([embeddings(9, 1000)])).toEqual(['collapse@0 optimizer.learningRate']);
    expect(signals([embeddings(0, 0)])).toEqual(['collapse@0 optimizer.learningRate']);
    expect(messages([embeddings(0.002, 1)])).toEqual([
      'the embeddings have collapsed to one point: their spread is 0.0020, their length 1.0; a lower optimizer.learningRate, or less hard tuples, usually help',
    ]);
  });

  it('is told once, and again only after it was gone', () => {
    const course = [0.5, 0.001, 0.001, 0.5, 0.001].map((spread) => embeddings(spread, 1));
    expect(signals(course)).toEqual(['collapse@1 optimizer.learningRate', 'collapse@4 optimizer.learningRate']);
    expect(signals([embeddings(Number.NaN, Number.NaN), auc(0.7)])).toEqual([]);
  });
});

describe('exploding norms', () => {
  it('are a hundred times those of the first evaluation', () => {
    const course = [2, 20, 199, 200, 400].map((norm) => embeddings(norm / 2, norm));
    expect(signals(course)).toEqual(['exploding-norms@3 train.clipNorm']);
    expect(messages(course)[0]).toContain('they are 100 times as long as at the first evaluation');
  });
});

describe('active tuples', () => {
  it('are missing when their mean over an epoch is at most one in a hundred', () => {
    expect(signals([step(0.02), step(0), epoch(1), step(0.019), step(0), epoch(2)])).toEqual(['no-active-tuples@2 loss.margin']); // biome-ignore format: one case
    expect(signals([step(0.03), step(0), epoch(1), step(0), epoch(2), step(0.5), epoch(3)])).toEqual(['no-active-tuples@4 loss.margin']); // biome-ignore format: one case
    expect(messages([step(0.004), epoch(1)])).toEqual([
      'only 0.4% of the tuples are active, the others teach nothing; a larger loss.margin, or harder tuples, give it something to do',
    ]);
  });

  it('are missing when the loss of an epoch is nothing, where there is a margin', () => {
    expect(signals([step(), epoch(1, 0)])).toEqual(['no-active-tuples@1 loss.margin']);
    expect(signals([step(), epoch(1, 1e-6)])).toEqual([]);
    expect(signals([step(), epoch(1, 0)], { ...keys, margin: null })).toEqual([]);
  });

  it('are all there are for too long: the margin is saturated', () => {
    const all = [1, 2, 3, 4].flatMap((number) => [step(1), step(0.99), epoch(number)]);
    expect(signals(all)).toEqual(['saturated-margin@8 loss.margin']);
    expect(signals([1, 2, 3, 4].flatMap((number) => [step(0.98), epoch(number)]))).toEqual([]);
    expect(messages(all)[0]).toBe(
      '99.5% of the tuples violate the margin after 3 epochs, it is saturated; a smaller loss.margin can be met',
    );
  });
});

describe('label polarity', () => {
  it('is suspected when validation is well below guessing twice in a row', () => {
    expect(signals([auc(0.3), auc(0.45), auc(0.3)])).toEqual([]);
    expect(signals([auc(0.45), auc(0.39), auc(0.2), auc(0.1)])).toEqual(['label-polarity@2 data.source.polarity']);
    expect(messages([auc(0.39), auc(0.2)])).toEqual([
      'verification.rocAuc is 0.200 on validation, well below the 0.5 of guessing: do the labels mean the opposite? See data.source.polarity',
    ]);
  });
});

it('goes on from what it remembers, wherever the training was interrupted', () => {
  const events = [embeddings(3, 3), auc(0.3), embeddings(0.02, 0.02), epoch(1, 0), step(1), auc(0.3), epoch(2, 0), embeddings(0.02, 0.02), step(1), step(1), epoch(3), auc(0.6), auc(0.2), auc(0.2), embeddings(900, 900)]; // biome-ignore format: one case
  const whole = signals(events);
  expect(whole.length).toBeGreaterThan(4);
  for (const stop of events.keys()) {
    const first = watchHealth(keys);
    const before = events.slice(0, stop).map((event) => first.observe(event));
    const second = watchHealth(keys, JSON.parse(JSON.stringify(first.memory)));
    const after = events.slice(stop).map((event) => second.observe(event));
    const told = [...before, ...after].flatMap((found, at) => found.map(({ name, key }) => `${name}@${at} ${key}`));
    expect(told, `interrupted before event ${stop}`).toEqual(whole);
  }
});
