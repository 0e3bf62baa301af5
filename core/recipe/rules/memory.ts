import { view } from '../../plugin/view.js';
import { sound } from '../draft.js';
import { found, type Rule } from './rule.js';

/** A memory is for losses whose formula allows one, and holds at least the batch that enters it. */
const memoryRule: Rule = {
  reads: ['loss', 'sampler', 'train.memory', 'train.batchSize'],
  check(draft) {
    const { memory, batchSize } = draft.settings.train;
    if (memory === 'off') return [];
    const losses = sound(draft.slots.losses).map(({ slot }) => slot);
    const takes = losses.filter(({ plugin }) => {
      const { needs } = view(plugin);
      return 'memory' in needs && needs.memory === true;
    });
    const path = 'train.memory';
    if (takes.length === 0) {
      const names = losses.map(({ use }) => use.type).join(' and ');
      const message = `train.memory is for losses that compare a batch with more than itself; ${names} does not`;
      const hint = 'supcon, nt-xent and multi-similarity do; train.memory: off leaves the memory out';
      return [found(draft, { code: 'UNUSED_SETTING', path, message, hint })];
    }
    if (memory.size >= batchSize) return [];
    const message = `train.memory.size is ${memory.size}, less than train.batchSize, ${batchSize}: a batch must fit in the memory`;
    return [found(draft, { code: 'VALUE_RANGE', path: `${path}.size`, message })];
  },
};

export const memoryRules: readonly Rule[] = [memoryRule];
