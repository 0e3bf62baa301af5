import { expect, it } from 'vitest';
import { estimateTime } from '../../core/run/estimate.js';

it('tells once how long the rest will take, from the pace of the first steps', () => {
  let clock = 0;
  const told: string[] = [];
  const estimate = estimateTime(
    (message) => told.push(message),
    () => clock,
  );
  const step = (number: number): void =>
    estimate({ kind: 'step', step: number, epoch: 0, loss: 1, learningRate: 1, monitors: {} });
  estimate({ kind: 'begin', steps: 1021, epochs: 5, from: 0 });
  step(1);
  clock = 20_000; // 20 steps in 20 s: 1000 more take 1000 s
  step(21);
  clock = 90_000;
  step(42);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('about 17 minutes of training to go');
});

it('counts from where a run goes on', () => {
  let clock = 5000;
  const told: string[] = [];
  const estimate = estimateTime(
    (message) => told.push(message),
    () => clock,
  );
  estimate({ kind: 'begin', steps: 1100, epochs: 5, from: 500 });
  for (const number of [520, 540]) {
    estimate({ kind: 'step', step: number, epoch: 2, loss: 1, learningRate: 1, monitors: {} });
    clock += 10_000; // 20 steps in 10 s: 560 more take 280 s
  }
  expect(told[0]).toContain('about 5 minutes of training to go');
});
