import type { Part3, StreamData } from '../contract/index.js';
import { hashUnit } from '../random/index.js';
import type { DataRequest } from './open.js';
import { type AssignedRows, passOver, rowsIn } from './stream-pass.js';
import { StreamSample } from './stream-rows.js';

/** What one pass over the stream found. */
export interface Survey {
  readonly rows: Record<Part3, number>;
  /** Training rows whose target is the same; all of them where a stream of pairs has no targets. */
  positives: number;
  /** Whether the rows are given pairs. */
  pairs: boolean;
  /** Per group name: its number of training items, and the parts that it stands in (bits). */
  readonly groups: Map<string, { train: number; parts: number }>;
  readonly samples: Readonly<Record<'validation' | 'test', StreamSample>>;
}

/** `limit`: rows that are held of validation, and of test. */
export const emptySurvey = (limit: number): Survey => ({
  rows: { train: 0, validation: 0, test: 0 },
  positives: 0,
  pairs: false,
  groups: new Map(),
  samples: { validation: new StreamSample(limit), test: new StreamSample(limit) },
});

/** The blocks of one pass, on which the survey is filled. */
export async function* surveyed(data: StreamData, request: DataRequest, survey: Survey): AsyncGenerator<AssignedRows> {
  for await (const block of passOver(data, request)) {
    for (const name of ['validation', 'test'] as const) {
      const part = rowsIn(block, name);
      survey.rows[name] += part.count;
      survey.samples[name].add(part, hashUnit);
    }
    countGroups(block, survey.groups);
    countTraining(block, survey);
    yield block;
  }
}

function countTraining({ rows, assigned }: AssignedRows, survey: Survey): void {
  for (const [row, part] of assigned.entries()) {
    if (part !== 'train') continue;
    survey.rows.train++;
    survey.pairs ||= rows.right !== null;
    survey.positives += Number((rows.target?.[row] ?? 1) >= 0.5);
  }
}

const bits = { train: 1, validation: 2, test: 4, unused: 0 };

function countGroups({ rows, assigned }: AssignedRows, groups: Survey['groups']): void {
  rows.groups?.forEach((name, row) => {
    if (name === null) return;
    const group = groups.get(name) ?? { train: 0, parts: 0 };
    group.train += Number(assigned[row] === 'train');
    group.parts |= bits[assigned[row]!];
    groups.set(name, group);
  });
}

/** Groups of the training part, each with its number of items; their order is that of their codes. */
export const trainingGroups = ({ groups }: Survey): readonly (readonly [name: string, items: number])[] =>
  [...groups].flatMap(([name, { train }]) => (train > 0 ? [[name, train] as const] : []));
