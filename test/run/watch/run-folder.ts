import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '../../own-folder.js';

/** A run folder as it looks while a run goes on. */
export function runFolder(name = 'faces'): {
  readonly folder: string;
  append(...lines: readonly unknown[]): void;
  appendText(text: string): void;
  finish(): void;
} {
  const folder = ownFolder('watch');
  const train = { epochs: 4, steps: null, stepsPerEpoch: null, monitor: 'verification.rocAuc' };
  writeFileSync(join(folder, 'plan.json'), JSON.stringify({ plan: { name, seed: 7, train } }));
  const appendText = (text: string): void => appendFileSync(join(folder, 'metrics.jsonl'), text);
  return {
    folder,
    appendText,
    append: (...lines) => appendText(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    finish: () => writeFileSync(join(folder, 'result.json'), JSON.stringify({ status: 'completed' })),
  };
}

const at = (seconds: number): string => new Date(1.7e12 + seconds * 1000).toISOString();
export const step = (number: number, loss: number) => ({ at: at(number), kind: 'step', step: number, epoch: 0, loss });
export const epoch = (number: number, loss: number) => ({
  at: at(10 * number),
  kind: 'epoch',
  step: 10 * number,
  epoch: number,
  loss,
  stepsPerSecond: 2,
});
export const evaluated = (number: number, rocAuc: number) => ({
  at: at(10 * number),
  kind: 'evaluation',
  step: 10 * number,
  epoch: number,
  evaluation: { verification: { rocAuc } },
});
export const health = (message: string) => ({
  at: at(10),
  kind: 'health',
  step: 10,
  epoch: 1,
  name: 'collapse',
  message,
});
