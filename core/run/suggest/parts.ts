/** What recipes that `siamese init` writes are made of. */
import { dirname, relative, resolve } from 'node:path';
import type { Registry } from '../../plugin/registry.js';
import type { Problem } from '../../problem/index.js';

/** What `siamese init` was called with. */
export interface Suggesting {
  /** A data file or folder; null: none, the recipe trains on synthetic vectors. */
  readonly data: string | null;
  /** The recipe to write: paths are relative to its folder. */
  readonly recipe: string;
  readonly registry: Registry;
}

/** The parts of a recipe that depend on the data. */
export interface Suggestion {
  /** What was seen, as comment lines. */
  readonly seen: readonly string[];
  readonly source: string;
  /** Splits that suit, the best first: the first by which everything can be measured is taken. */
  readonly splits: readonly string[];
  /** Lines below `data` after the split. */
  readonly augment?: readonly string[];
  readonly encoder: string;
  readonly loss: readonly string[];
  readonly sampler: string;
  /** An optional package that the recipe needs, and that is not installed; its hint installs it. */
  readonly absent?: Problem;
}

export const margin = [
  'loss: { type: contrastive, margin: 1 }   # same pairs together, different ones beyond the margin',
];
export const vectors = 'encoder: { type: mlp, hidden: [128], dimensions: 32 }';
export const anyFields = 'encoder: { type: fields, dimensions: 32 }   # an encoder for each column, by what it holds';
export const images = 'encoder: { type: conv, filters: [32, 64], padding: same, dimensions: 64 }'; // of small images too
export const byGroups = 'sampler: { type: balanced-pairs, positives: 0.5 }   # half of the pairs of one group';
const unseen = 'split: { type: unseen-groups, validation: 0.1, test: 0.1 }   # no group of test is seen in training';
const seen =
  'split: { type: stratified, validation: 0.1, test: 0.1 }   # a share of every group; unseen-groups is harder and more honest for new groups';

const larger = (split: string): string => split.replaceAll('0.1', '0.2');
/** Of few groups a tenth shows nothing, and of very few only the items of each can be divided. */
export const splitsOfGroups = [unseen, larger(unseen), larger(seen)];
/** Items of known groups first. */
export const splitsOfItems = [larger(seen), larger(unseen)];

export const within = (data: string, how: Suggesting): string => {
  const path = relative(dirname(resolve(how.recipe)), resolve(data));
  return JSON.stringify(path.startsWith('.') ? path : `./${path}`);
};

export const givenPairs = (targets: 'binary' | 'real' | null): Omit<Suggestion, 'seen' | 'source'> => ({
  splits: [0.1, 0.2].map((share) => `split: { type: random, validation: ${share}, test: 0.2 }   # of the pairs`),
  encoder: vectors,
  loss:
    targets !== 'real'
      ? margin
      : [
          'distance: cosine',
          'head: { type: dense, from: distance }   # a learned value out of the distance',
          'loss: mse',
        ],
  sampler:
    targets === null
      ? 'sampler: { type: random-negatives, perPositive: 4 }   # all given pairs are the same: others are drawn beside them'
      : 'sampler: given-pairs   # each given pair once per epoch',
});
