import type { LossNeeds } from '../../contract/index.js';
import { isAdditive } from '../../plugin/additive.js';
import { view } from '../../plugin/view.js';
import type { Draft, WeighedSlot } from '../draft.js';
import { sound } from '../draft.js';
import type { Slot } from '../uses.js';
import { distanceRange, needsOf } from './reading.js';
import { found, givenOr, questioned, type Rule } from './rule.js';

/** A loss on vectors of length 1 and a distance that heeds length agree only where the encoder normalises. */
const unitRule: Rule = {
  reads: ['loss', 'distance', 'encoder'],
  check(draft) {
    const { distance, losses } = draft.slots;
    if (!distance || normalises(draft)) return [];
    return sound(losses).flatMap((loss) => {
      const needs = needsOf(loss);
      if (!needs.unitDistance?.includes(distance.use.type)) return [];
      const other = [needs.distance ?? []].flat().find((name) => !needs.unitDistance!.includes(name));
      return [
        found(draft, {
          code: 'GEOMETRY_DISTANCE',
          path: givenOr(draft, 'distance', loss.slot.path),
          message: `loss ${loss.slot.use.type} looks at vectors of length 1, but distance ${distance.use.type} measures those of the encoder, which may have any length: training and evaluation would disagree`,
          hint: `encoder.normalize: true makes them agree${other === undefined ? '' : `; so does distance: ${other}`}.`,
        }),
      ];
    });
  },
};

const normalises = ({ slots: { encoders } }: Draft): boolean =>
  encoders.every((encoder) => encoder?.use.options['normalize'] === true);

/** Options that choose among the items of a batch have nothing to choose of triplets. */
const choiceRule: Rule = {
  reads: ['loss', 'sampler'],
  check(draft) {
    const { sampler, losses } = draft.slots;
    if (!sampler || view(sampler.plugin).yields !== 'triplets') return [];
    return sound(losses).flatMap(({ slot }) =>
      labelledBatchOnly(view(slot.plugin).needs).flatMap((name) => {
        const usual = (slot.plugin.options.properties[name] as { readonly default?: unknown } | undefined)?.default;
        const value = slot.use.options[name];
        if (value === usual) return [];
        return [
          found(draft, {
            code: 'GEOMETRY_SAMPLER',
            path: `${slot.path}.${name}`,
            message: `${slot.path}.${name} is ${value}, which chooses from batches of labelled items, but sampler ${sampler.use.type} yields triplets, which are chosen already: it must be ${usual}`,
          }),
        ];
      }),
    );
  },
};

const labelledBatchOnly = (needs: LossNeeds): readonly string[] =>
  'labelledBatchOnly' in needs ? (needs.labelledBatchOnly ?? []) : [];

/** Only pairs have two sides. */
const sideRule: Rule = {
  reads: ['encoder', 'sampler', 'data'],
  check(draft) {
    const { sampler, encoders } = draft.slots;
    if (!sampler || encoders.length < 2 || draft.data.relation === 'groups') return [];
    const { yields } = view(sampler.plugin);
    if (yields === 'pairs') return [];
    const what = yields === 'triplets' ? 'triplets' : 'batches of labelled items';
    const message = `left and right encoders need pairs, but sampler ${sampler.use.type} yields ${what}, whose items have no side`;
    return [found(draft, { code: 'GEOMETRY_SAMPLER', path: givenOr(draft, 'sampler', 'encoder'), message })];
  },
};

/**
 * A margin between directions, on embeddings of any length: the gradient is at right angles to them and shrinks as they
 * grow, which they then always do; and whoever searches them by another distance finds another order.
 */
const directionRule: Rule = {
  reads: ['loss', 'distance', 'encoder'],
  check(draft) {
    const { losses, encoders, projection } = draft.slots;
    const loose = sound(projection ? [projection] : encoders).find(({ use }) => use.options['normalize'] === false);
    const { distance } = draft.slots;
    if (!distance || !loose || !ignoresLength(distance)) return [];
    const most = distanceRange(draft)!.range[1];
    return sound(losses)
      .filter((loss) => hasMargin(loss, most))
      .map(({ slot }) => {
        const message = `loss ${slot.use.type} has a margin between directions, but ${loose.path} leaves embeddings of any length: they grow as they are trained, which slows training down, and mean something else to whoever compares them otherwise`;
        const hint = `${loose.path}.normalize: true keeps all of them at length 1.`;
        return questioned(draft, { code: 'GEOMETRY_DISTANCE', path: slot.path, message, hint });
      });
  },
};

/** On vectors of length 1 its range is what it is on all: it looks at directions alone. */
function ignoresLength({ plugin }: Slot<'distance'>): boolean {
  const { range, unitRange } = view(plugin);
  if (typeof range === 'function' || typeof unitRange === 'function' || !unitRange) return false;
  return range.every((end, i) => Number.isFinite(end) && end === unitRange[i]);
}

/** In units of the distance or, as an angle, of its own. One beyond the distance's range is an error already. */
function hasMargin(loss: WeighedSlot, most: number): boolean {
  const { options } = loss.slot.use;
  const names = ['margin', ...(needsOf(loss).margins ?? [])];
  const margins = names.map((name) => options[name]).filter((value) => typeof value === 'number');
  return margins.some((value) => value !== 0) && margins.every((value) => value < most);
}

/** f(left) + g(right) ranks all items alike, whomever they are compared with. */
const additiveRule: Rule = {
  reads: ['head'],
  check(draft) {
    const { head } = draft.slots;
    if (!head || !isAdditive(view(head.plugin), head.use.options)) return [];
    const message = `head ${head.use.type} adds a number of the left item to a number of the right one: such a sum cannot tell which of them belong together`;
    const hint = 'A hidden layer between, their difference or their product looks at both at once.';
    return [questioned(draft, { code: 'GEOMETRY_SCORE', path: 'head', message, hint })];
  },
};

export const embeddingRules: readonly Rule[] = [unitRule, choiceRule, sideRule, directionRule, additiveRule];
