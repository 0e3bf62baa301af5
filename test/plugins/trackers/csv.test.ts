import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csv } from '../../../plugins/trackers/csv.js';
import { createTracker, events, runIn, temporaryFolder } from './events.js';

const tracker = createTracker(csv, { file: 'metrics.csv' });
const read = (folder: string): string => readFileSync(join(folder, 'metrics.csv'), 'utf8');

describe('csv', () => {
  it('holds a row for every value, which brings the number back', async () => {
    const folder = temporaryFolder();
    const open = await tracker.open(runIn(folder), null);
    for (const event of events) await open.record(event);
    await open.close('completed');
    const time = '2023-11-14T22:13:20.123Z';
    expect(read(folder)).toBe(
      [
        'time,step,epoch,series,value,message',
        `${time},1,1,train/loss,0.1,`,
        `${time},1,1,train/learningRate,0.001,`,
        `${time},2,1,train/loss,0.3333333333333333,`,
        `${time},2,1,train/learningRate,5e-324,`,
        `${time},2,1,epoch/loss,NaN,`,
        `${time},2,1,epoch/stepsPerSecond,Infinity,`,
        `${time},2,1,validation/verification.rocAuc,0.875,`,
        `${time},2,1,health,,"all ""embeddings"",\nalike"`,
        `${time},2,1,test/retrieval.recallAt1,9.313225746154785e-10,`,
        '',
      ].join('\n'),
    );
  });

  it("wipes out nothing: neither another run's table nor a file of the run", async () => {
    const folder = temporaryFolder();
    const shared = join(folder, 'all.csv');
    const elsewhere = createTracker(csv, { file: shared });
    await (await elsewhere.open(runIn(folder), null)).close('completed');
    const why = /all\.csv holds something already, which a new table would wipe out: name another file$/;
    for (const resumed of [false, true])
      await expect(elsewhere.open({ ...runIn(folder), resumed }, null)).rejects.toThrow(why);
    expect(readFileSync(shared, 'utf8')).toBe('time,step,epoch,series,value,message\n');
    writeFileSync(join(folder, 'plan.json'), '{ "plan": {} }');
    const careless = createTracker(csv, { file: 'plan.json' });
    for (const resumed of [false, true])
      await expect(careless.open({ ...runIn(folder), resumed }, null)).rejects.toThrow(/plan\.json holds something/);
    expect(readFileSync(join(folder, 'plan.json'), 'utf8')).toBe('{ "plan": {} }');
  });

  it('is begun anew where the run starts over', async () => {
    const folder = temporaryFolder();
    const first = await tracker.open(runIn(folder), null);
    await first.record(events[0]!);
    await first.close('interrupted');
    await (await tracker.open({ ...runIn(folder), resumed: true }, null)).close('completed');
    expect(read(folder)).toBe('time,step,epoch,series,value,message\n');
  });

  it('goes on from its position: what came after the checkpoint is written anew', async () => {
    const folder = temporaryFolder();
    const first = await tracker.open(runIn(folder), null);
    await first.record(events[0]!);
    const position = first.position();
    const kept = read(folder);
    await first.record(events[1]!);
    await first.close('interrupted');
    const second = await tracker.open(runIn(folder), JSON.parse(JSON.stringify(position)));
    expect(second.position()).toEqual(position);
    expect(read(folder)).toBe(kept);
    await second.record(events[3]!);
    await second.close('completed');
    expect(read(folder)).toBe(`${kept}2023-11-14T22:13:20.123Z,2,1,validation/verification.rocAuc,0.875,\n`);
    await expect(tracker.open(runIn(temporaryFolder()), position)).rejects.toThrow(
      /ends at byte 0, the checkpoint continues it at/,
    );
  });
});
