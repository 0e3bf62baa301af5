import type { LossNeeds } from '../../contract/index.js';
import { view } from '../../plugin/view.js';
import { sound } from '../draft.js';
import { needsOf } from './reading.js';
import { either, found, questioned, type Rule } from './rule.js';

/** Several batches of a step are no larger batch to a loss that compares the rows of one. */
const accumulateRule: Rule = {
  reads: ['loss', 'sampler', 'train.accumulate'],
  check(draft) {
    const { sampler, losses } = draft.slots;
    const { accumulate } = draft.settings.train;
    if (accumulate === 1 || !sampler || view(sampler.plugin).yields === 'triplets') return [];
    const comparing = sound(losses).filter((loss) =>
      comparesRows(needsOf(loss), view(loss.slot.plugin).weights !== undefined),
    );
    if (comparing.length === 0) return [];
    const names = comparing.map(({ slot }) => slot.use.type);
    const message = `train.accumulate averages the gradients of ${accumulate} batches, but loss ${either(names)} compares only the rows of one batch with one another: negatives stay as few`;
    const hint =
      'train.microBatch takes batches that do not fit in memory whole; train.memory compares with the last batches.';
    return [questioned(draft, { code: 'GEOMETRY_SAMPLER', path: 'train.accumulate', message, hint })];
  },
};

/** Whether other rows of the batch decide what a row costs. Losses with proxies compare each row with those. */
const comparesRows = (needs: LossNeeds, isWeighed: boolean): boolean =>
  'embeddings' in needs && (('memory' in needs && needs.memory === true) || !isWeighed);

/** Pieces are smaller than the batch. */
const pieceRule: Rule = {
  reads: ['train.microBatch', 'train.batchSize'],
  check(draft) {
    const { microBatch, batchSize } = draft.settings.train;
    if (microBatch === null || microBatch < batchSize) return [];
    const path = 'train.microBatch';
    const message = `${path} is ${microBatch}, not less than train.batchSize, ${batchSize}: a batch is then a single piece`;
    return [found(draft, { code: 'UNUSED_SETTING', path, message })];
  },
};

/** What is normalised over a piece is not normalised over the batch. Layers are known once the encoder is built. */
const normalizationRule: Rule = {
  reads: ['encoder', 'train.microBatch'],
  check(draft) {
    const { encoders, projection } = draft.slots;
    const { microBatch } = draft.settings.train;
    if (microBatch === null) return [];
    return sound([...encoders, projection]).flatMap(({ path, use }) => {
      if (use.options['batchNormalization'] !== true) return [];
      const message = `${path}.batchNormalization is true, but with train.microBatch the encoder sees ${microBatch} rows at a time: it would normalise over those, not over the batch; one of the two must go`;
      return [found(draft, { code: 'VALUE_CHOICE', path: `${path}.batchNormalization`, message })];
    });
  },
};

export const batchRules: readonly Rule[] = [accumulateRule, pieceRule, normalizationRule];
