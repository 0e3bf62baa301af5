import {
  Augmentation,
  definePlugin,
  Evaluator,
  ops,
  type Plugin,
  Sampler,
  Schedule,
  type ScheduleInstance,
  Split,
  type SplitInstance,
  type SplitView,
  Tracker,
} from 'siamese';
import { evaluator } from './evaluator-faults.js';
import { type Fault, none } from './fault.js';
import { rows, sampler } from './sampler-faults.js';

let calls = 0;
const schedule = (instance: ScheduleInstance): Plugin =>
  definePlugin(Schedule, { name: 'acme/fault', summary: 'Faulty.', options: none, create: () => instance });
const splitBy = (
  assign: (view: SplitView) => SplitInstance['assign'] extends (...given: never) => infer R ? R : never,
  more: Partial<SplitInstance> = {},
): Plugin =>
  definePlugin(Split, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    of: 'items',
    disjoint: [],
    create: () => ({ folds: 1, assign, ...more }),
  });
const usual = ({ size }: SplitView) =>
  Array.from({ length: size }, (_, row) => (row % 5 === 0 ? 'test' : 'train') as 'test' | 'train');
const planning = (plan: object): Plugin =>
  definePlugin(Sampler, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    from: 'groups',
    streams: true,
    yields: 'pairs',
    create: () => ({
      plan: () => ({ batches: 4, ...plan }),
      sample: (pool, { batchSize }) => {
        if (pool.size < 20) throw new RangeError('too few rows');
        return { count: 4, batch: (index) => rows(Math.min(batchSize, pool.size - 2), pool.groups, 1 + index) };
      },
    }),
  });
type Result = { values: Readonly<Record<string, number>>; notes?: readonly string[] };
const measuring = (result: (closeness: Float32Array) => Result): Plugin =>
  definePlugin(Evaluator, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    measures: 'pairs',
    metrics: { mean: { better: 'higher', range: [-Infinity, Infinity], description: 'A mean.' } },
    create: () => ({
      begin: () => {
        let seen = new Float32Array();
        return {
          add: ({ closeness }) => {
            seen = closeness as Float32Array<ArrayBuffer>;
          },
          result: () => result(seen),
        };
      },
    }),
  });
const mean = (values: Float32Array): number => values.reduce((sum, one) => sum + one, 0) / values.length;
const tracker = (record: (kind: string) => void, close: () => Promise<void> = async () => {}): Plugin =>
  definePlugin(Tracker, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    create: () => ({ open: async () => ({ record: ({ kind }) => record(kind), position: () => null, close }) }),
  });
const worker = (augment: (value: Float32Array) => Float32Array): Plugin =>
  definePlugin(Augmentation, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    accepts: ['vector'],
    place: 'worker',
    create: () => ({ augment: (value) => augment(value as Float32Array) as never }),
  });

/** Of what runs beside the training step. */
export const hostFaults: readonly Fault[] = [
  [
    'a schedule that counts its calls',
    'same options and inputs, same results',
    schedule({ factor: () => 1 / (1 + (calls++ % 1000)) }),
  ],
  [
    'a schedule that knows what JSON does not',
    'resumed from a saved state it goes on',
    schedule({
      initial: { best: -Infinity },
      factor: (_, state) => ((state as { best: number }).best === -Infinity ? 1 : 0.5),
      observe: (state) => state,
    }),
  ],
  [
    'a schedule by a metric that may be missing',
    'bears a metric that is not a number',
    schedule({
      initial: { last: 1 },
      factor: (_, state) => (state as { last: number }).last,
      observe: (_, { monitored }) => ({ last: monitored }),
    }),
  ],
  ['a split with a row too few', 'a part for every row', splitBy((view) => usual(view).slice(1))],
  [
    'a split that tests all',
    'something to train on',
    splitBy(({ size }) => Array.from({ length: size }, () => 'test')),
  ],
  ['a split that trains on given test rows', 'given test rows stay out of training', splitBy(usual)],
  [
    'a split that marks rows in place',
    'leaves its inputs as they are',
    splitBy((view) => {
      view.groups?.fill(0);
      return usual(view);
    }),
  ],
  [
    'a split of streams that counts',
    'row by row',
    splitBy(usual, { assignRow: () => (calls++ % 3 === 0 ? 'test' : 'train') }),
  ],
  ['a sampler that refuses ordinary data', 'draws from ordinary data', planning({ problem: 'not like this' })],
  [
    'a sampler of sides that differ',
    'yields what it declares',
    sampler((size, _, groups) => {
      const all = rows(size, groups, 1);
      return { ...all, right: all.right.slice(1) };
    }),
  ],
  [
    'a sampler of batches that are too large',
    'batches of the size that was asked for',
    sampler((_, __, groups) => rows(groups.length - 2, groups, 1)),
  ],
  ['a sampler that promises positives', 'as many positives as planned', planning({ positives: 0.95 })],
  [
    'a sampler that marks groups in place',
    'leaves the pool as it is',
    sampler((size, _, groups) => {
      groups[groups.length - 1] = 0;
      return rows(size, groups, 1);
    }),
  ],
  ['a sampler that falls over a small buffer', 'works on a buffer of a stream', planning({})],
  [
    'a metric of another name',
    'reports the metrics that it declares',
    measuring((closeness) => ({ values: { average: mean(closeness) }, notes: [] })),
  ],
  [
    'a metric that counts how often it was asked',
    'the same each time',
    measuring((closeness) => ({ values: { mean: mean(closeness) + calls++ }, notes: ['of nothing'] })),
  ],
  [
    'a metric of nothing that says nothing',
    'what cannot be measured is NaN with a note',
    measuring((closeness) => ({ values: { mean: mean(closeness) } })),
  ],
  [
    'a metric that sorts in place',
    'leaves its inputs as they are',
    evaluator((scores) => {
      scores.sort();
      return 0.5;
    }),
  ],
  [
    'an augmentation that counts its calls',
    'seeded by the step',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      accepts: ['vector'],
      place: 'step',
      create: () => ({ augment: (x) => ops.add(x, calls++ % 1000) }),
    }),
  ],
  ['an augmentation that shortens', 'keeps the kind of value and its length', worker((value) => value.slice(1))],
  [
    'a worker that counts its calls',
    'seeded by its draw',
    worker((value) => value.map((one) => one + (calls++ % 1000))),
  ],
  [
    'a tracker that knows no artefacts',
    'opens, takes every kind of event, closes',
    tracker((kind) => {
      if (kind === 'artefact') throw new RangeError('an artefact');
    }),
  ],
  [
    'a tracker that never closes',
    'a run goes on without it',
    tracker(
      () => {},
      () => new Promise(() => {}),
    ),
  ],
];
