/** What other tools call what siamese calls otherwise. */
import { dereference, type Schema } from './schema.js';

/** Keys of a recipe that are looked for at its top, or in another section. */
const otherKeys: Readonly<Record<string, string>> = {
  lr: 'optimizer.learningRate',
  learningRate: 'optimizer.learningRate',
  margin: 'loss.margin',
  model: 'encoder',
  network: 'encoder',
  backbone: 'encoder',
  dataset: 'data.source',
  datasets: 'data.source',
  metrics: 'evaluate.metrics',
  callbacks: 'trackers',
  loggers: 'trackers',
  patience: 'train.earlyStopping',
  device: 'engine',
  accelerator: 'engine',
  backend: 'engine',
  randomState: 'seed',
  randomSeed: 'seed',
  maxEpochs: 'train.epochs',
  numEpochs: 'train.epochs',
  nEpochs: 'train.epochs',
};

const otherOptions: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  rate: 'learningRate',
  embeddingDim: 'dimensions',
  embeddingDimension: 'dimensions',
  embeddingSize: 'dimensions',
  latentDim: 'dimensions',
  outputDim: 'dimensions',
  outFeatures: 'dimensions',
  units: 'dimensions',
  dim: 'dimensions',
  hiddenDim: 'hidden',
  hiddenDims: 'hidden',
  hiddenSizes: 'hidden',
  hiddenLayers: 'hidden',
  layers: 'hidden',
  dropoutRate: 'dropout',
  batchNorm: 'batchNormalization',
  tau: 'temperature',
  temp: 'temperature',
  m: 'margin',
  file: 'path',
  filename: 'path',
  filepath: 'path',
  csv: 'path',
  label: 'group',
  labels: 'group',
  valid: 'validation',
  val: 'validation',
};

const otherFigures: Readonly<Record<string, string>> = {
  auc: 'rocAuc',
  auroc: 'rocAuc',
  ap: 'averagePrecision',
  eer: 'equalErrorRate',
  map: 'mapAtR',
  mrr: 'meanReciprocalRank',
  f1score: 'f1',
  precision1: 'precisionAt1',
};

/** `batch_size`, `batch-size` -> `batchSize`. */
const camelCase = (name: string): string =>
  name.replace(/[-_]+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());

/** An option that goes by another name elsewhere; null where none of these is known here. */
export function optionMeant(name: string, known: readonly string[]): string | null {
  const usual = camelCase(name);
  const other = Object.hasOwn(otherOptions, usual) ? otherOptions[usual]! : usual;
  return known.includes(other) ? other : null;
}

/** Where in a recipe a key stands that was looked for at another place: in a section of it, or under another name. */
export function placeElsewhere(name: string, schema: Schema, at: readonly unknown[]): string | null {
  const usual = camelCase(name);
  const sections = at.length > 0 ? [] : Object.entries(schema.properties ?? {});
  const has = (one: Schema): boolean => Object.hasOwn(dereference(one, schema).properties ?? {}, usual);
  const inner = sections.find(([, one]) => typeof one === 'object' && has(one));
  if (inner) return `${inner[0]}.${usual}`;
  return Object.hasOwn(otherKeys, usual) ? otherKeys[usual]! : null;
}

/** Whether a figure goes by that name: `roc_auc` and `AUC` are `rocAuc`, `recall@1` is `recallAt1`. */
export function isFigureMeant(name: string, figure: string): boolean {
  const plain = (text: string): string =>
    text
      .toLowerCase()
      .replaceAll('@', 'at')
      .replace(/[^a-z0-9]/g, '');
  const usual = plain(name);
  return plain(figure) === (Object.hasOwn(otherFigures, usual) ? plain(otherFigures[usual]!) : usual);
}
