import { view } from '../../plugin/view.js';
import { type AnySlot, type Draft, sound } from '../draft.js';
import { nodeAt } from '../node.js';
import { found, type Rule } from './rule.js';

/** Something must be left to train. Single layers of the encoder are known only once it is built. */
const somethingTrains: Rule = {
  reads: ['optimizer', 'encoder', 'distance', 'head', 'loss'],
  check(draft) {
    if (scaleOf(draft, 'encoder') !== 0) return [];
    const { distance, head, losses } = draft.slots;
    const loss = losses.map((weighed) => weighed?.slot ?? null);
    const slots: Readonly<Record<string, readonly (AnySlot | null)[]>> = { distance: [distance], head: [head], loss };
    const weighed = Object.entries(slots).flatMap(([name, ofSlot]) =>
      sound(ofSlot).some(({ plugin }) => view(plugin).weights !== undefined) ? [name] : [],
    );
    if (weighed.some((name) => scaleOf(draft, name) !== 0)) return [];
    const path = 'optimizer.scales.encoder';
    const others = weighed.length > 0 ? `with ${weighed.join(' and ')}` : 'and nothing else here has weights';
    const message = `${path} is 0, ${others}: every weight is frozen, so that training would change nothing; one must be > 0`;
    return [found(draft, { code: 'VALUE_RANGE', path, message })];
  },
};

function scaleOf({ resolving: { root } }: Draft, name: string): number {
  const node = nodeAt(root, ['optimizer', 'scales', name]);
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : 1;
}

export const frozenRules: readonly Rule[] = [somethingTrains];
