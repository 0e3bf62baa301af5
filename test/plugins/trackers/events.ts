import type { RunInfo, TrackerEvent, TrackerInstance } from '../../../core/contract/index.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { view } from '../../../core/plugin/view.js';
import { ownFolder } from '../../own-folder.js';

export const temporaryFolder = (): string => ownFolder('tracker');

const log = { debug: () => {}, info: () => {}, warn: () => {} };
export const createTracker = (plugin: Plugin<'tracker'>, options: unknown): TrackerInstance =>
  view(plugin).create(options as never, { log } as never) as TrackerInstance;

export const runIn = (folder: string): RunInfo => ({
  id: 'one',
  name: 'faces',
  folder,
  plan: { name: 'faces', train: { epochs: 3 }, losses: [1, 'two'], seed: null, 'odd:key': 'x'.repeat(600) },
  resumed: false,
});

export const at = 1_700_000_000_123;
const ever = { epoch: 1, at };
export const events: readonly TrackerEvent[] = [
  { ...ever, kind: 'step', step: 1, values: { loss: 0.1, learningRate: 1e-3 } },
  { ...ever, kind: 'step', step: 2, values: { loss: 1 / 3, learningRate: 5e-324 } },
  { ...ever, kind: 'epoch', step: 2, values: { loss: Number.NaN, stepsPerSecond: Number.POSITIVE_INFINITY } },
  { ...ever, kind: 'evaluation', step: 2, values: { 'verification.rocAuc': 0.875 } },
  { ...ever, kind: 'health', step: 2, values: {}, message: 'all "embeddings",\nalike' },
  { ...ever, kind: 'evaluation', step: 2, values: { 'test.retrieval.recallAt1': 2 ** -30 } },
];
