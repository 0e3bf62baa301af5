import type { Kind } from '../../contract/index.js';
import { headerLine } from '../editor.js';

/** The parts of a small recipe that a plugin may take. */
const usual = {
  source: '{ type: synthetic, groups: 8, perGroup: 12, shape: [4], noise: 0.3 }',
  split: '{ type: stratified, validation: 0.2, test: 0.2 }',
  augment: null as string | null,
  encoder: '{ type: dense, dimensions: 8 }',
  distance: 'euclidean',
  head: null as string | null,
  loss: 'contrastive',
  sampler: 'balanced-pairs',
  optimizer: '{ type: adam, learningRate: 0.01 }',
  schedule: 'constant',
  metrics: null as string | null,
  trackers: null as string | null,
};

/** A recipe that trains in seconds with this plugin in its place. */
export function recipeFor(kind: Kind, name: string): string {
  const parts = { ...usual, ...placed(kind, name) };
  const optional = (key: string, value: string | null): string[] => (value === null ? [] : [`${key}: ${value}`]);
  const lines = [
    headerLine('./recipe.schema.json').trimEnd(),
    '# Points that are told apart as they are: its figures show that the plugin works in a run, and nothing more.',
    'version: 1',
    `name: ${name.replace('/', '-').replaceAll('.', '-')}`,
    'seed: 1',
    'plugins: [./src/index.ts]',
    'data:',
    `  source: ${parts.source}`,
    `  split: ${parts.split}`,
    ...optional('  augment', parts.augment),
    `encoder: ${parts.encoder}`,
    `distance: ${parts.distance}`,
    ...optional('head', parts.head),
    `loss: ${parts.loss}`,
    `sampler: ${parts.sampler}`,
    `optimizer: ${parts.optimizer}`,
    'train:',
    '  epochs: 3',
    '  batchSize: 16',
    `  schedule: ${parts.schedule}`,
    ...(parts.metrics === null ? [] : ['evaluate:', `  metrics: ${parts.metrics}`]),
    ...optional('trackers', parts.trackers),
  ];
  return `${lines.join('\n')}\n`;
}

function placed(kind: Kind, name: string): Partial<typeof usual> {
  if (kind === 'source') return { source: `{ type: ${name}, path: data.csv }` };
  if (kind === 'head') return { head: name, loss: 'bce' };
  if (kind === 'augmentation') return { augment: `[${name}]` };
  if (kind === 'evaluator') return { metrics: `[verification, ${name}]` };
  if (kind === 'tracker') return { trackers: `[${name}]` };
  return { [kind]: name };
}
