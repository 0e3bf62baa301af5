import type { TrackerEvent } from '../../core/contract/index.js';

const parts = {
  step: 'train',
  epoch: 'epoch',
  evaluation: 'validation',
  health: 'health',
  artefact: 'artefact',
} as const;

/** A value of an event with the name of the curve that it belongs to: `train/loss`, `validation/verification.rocAuc`. */
export function seriesOf({ kind, values }: TrackerEvent): readonly (readonly [name: string, value: number])[] {
  return Object.entries(values).map(([key, value]) => {
    const final = kind === 'evaluation' && key.startsWith('test.');
    return [final ? `test/${key.slice('test.'.length)}` : `${parts[kind]}/${key}`, value] as const;
  });
}
