import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { maskedChecksum } from '../../../plugins/trackers/event-record.js';
import { tensorboard } from '../../../plugins/trackers/tensorboard.js';
import { readEvents } from './event-file.js';
import { at, createTracker, events, runIn, temporaryFolder } from './events.js';

const tracker = createTracker(tensorboard, { folder: 'tensorboard' });
function read(folder: string): Buffer {
  const [name, ...others] = readdirSync(join(folder, 'tensorboard'));
  expect(others).toEqual([]);
  expect(name).toMatch(/^events\.out\.tfevents\.\d+\..+\.\d+\.\d+\.siamese$/);
  return readFileSync(join(folder, 'tensorboard', name!));
}

describe('tensorboard', () => {
  it('writes an event file that reads back: every scalar, as float32, at its step and time', async () => {
    const folder = temporaryFolder();
    const open = await tracker.open(runIn(folder), null);
    for (const event of events) await open.record(event);
    await open.close('completed');
    const [first, ...scalars] = readEvents(read(folder));
    expect(first).toMatchObject({ version: 'brain.Event:2', step: 0, scalars: [] });
    const scalar = (step: number, tag: string, value: number) => ({
      wallTime: at / 1000,
      step,
      version: null,
      scalars: [{ tag, value: Math.fround(value) }],
    });
    expect(scalars).toEqual([
      scalar(1, 'train/loss', 0.1),
      scalar(1, 'train/learningRate', 1e-3),
      scalar(2, 'train/loss', 1 / 3),
      scalar(2, 'train/learningRate', 0),
      scalar(2, 'epoch/loss', Number.NaN),
      scalar(2, 'epoch/stepsPerSecond', Number.POSITIVE_INFINITY),
      scalar(2, 'validation/verification.rocAuc', 0.875),
      scalar(2, 'test/retrieval.recallAt1', 2 ** -30),
    ]);
  });

  it('masks checksums as the format says', () => {
    // CRC-32C of "123456789" is 0xe3069283
    const masked = (((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0;
    expect(maskedChecksum(new TextEncoder().encode('123456789'))).toBe(masked);
  });

  it('goes on in its file from its position', async () => {
    const folder = temporaryFolder();
    const first = await tracker.open(runIn(folder), null);
    await first.record(events[0]!);
    const position = first.position();
    const kept = read(folder);
    await first.record(events[1]!);
    await first.close('interrupted');
    const second = await tracker.open(runIn(folder), JSON.parse(JSON.stringify(position)));
    expect(second.position()).toEqual(position);
    expect(read(folder).equals(kept)).toBe(true);
    await second.record(events[3]!);
    await second.close('completed');
    expect(readEvents(read(folder)).map(({ scalars }) => scalars.map(({ tag }) => tag))).toEqual([
      [],
      ['train/loss'],
      ['train/learningRate'],
      ['validation/verification.rocAuc'],
    ]);
  });
});
