import type { SamplerCounts } from '../../contract/index.js';
import { view } from '../../plugin/view.js';
import { comparesTargets } from '../defaults.js';
import { type Draft, sound } from '../draft.js';
import type { Slot } from '../uses.js';
import { needsOf } from './reading.js';
import { found, givenOr, type Rule } from './rule.js';

/** A loss that tells same pairs from different ones learns nothing from positives alone. */
const onlyPositives: Rule = {
  reads: ['loss', 'sampler', 'data'],
  check(draft) {
    const { sampler } = draft.slots;
    const given = draft.data.known.targets && draft.data.targets === 'positives-only';
    const counts = given ? pairs : groups;
    if (!sampler || !(given || (draft.data.known.relation && draft.data.relation === 'groups'))) return [];
    if (!drawsOnlyPositives(sampler, { ...counts, batchSize: draft.settings.train.batchSize })) return [];
    const { type } = sampler.use;
    return sound(draft.slots.losses)
      .filter((loss) => comparesTargets(needsOf(loss)))
      .map((loss) =>
        found(draft, {
          code: 'GEOMETRY_TARGET',
          path: givenOr(draft, 'sampler', loss.slot.path),
          message: given
            ? `every given pair is a positive: loss ${loss.slot.use.type} needs different pairs too, which sampler ${type} does not draw`
            : `loss ${loss.slot.use.type} needs different pairs too, but all that sampler ${type} draws are positives`,
          hint: `sampler: ${suggestion(draft)} draws some${given ? ' beside each given pair' : ''}.`,
        }),
      );
  },
};

const suggestion = ({ data }: Draft): string => (data.relation === 'groups' ? 'balanced-pairs' : 'random-negatives');

const none = { items: 100, rightItems: 100, groupSizes: new Int32Array(), pairs: 0, positives: 0, triplets: 0 };
const pairs = { ...none, pairs: 100, positives: 100 };
const groups = { ...none, groupSizes: new Int32Array(10).fill(10) };

/** Asks the sampler what it would make of a hundred given pairs that are all positive, or of ten groups of ten. */
function drawsOnlyPositives({ plugin, use }: Slot<'sampler'>, counts: SamplerCounts): boolean {
  try {
    const plan = view(plugin).create(use.options, {}).plan(counts);
    return 'positives' in plan && plan.positives === 1;
  } catch {
    return false; // a plugin that throws is told of when the run is proven
  }
}

export const positiveRules: readonly Rule[] = [onlyPositives];
