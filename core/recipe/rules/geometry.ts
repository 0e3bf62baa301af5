import type { Range, Score, Yields } from '../../contract/index.js';
import { view } from '../../plugin/view.js';
import { rowsOf } from '../defaults.js';
import { type Draft, sound, type WeighedSlot } from '../draft.js';
import { chosenScore, distanceRange, needsOf, produced, readsScores } from './reading.js';
import { either, found, givenOr, type Rule, rangeWords } from './rule.js';

const scoreWords: Readonly<Record<Score, string>> = { distance: 'a distance', logit: 'a logit', value: 'a value' };
const yieldWords: Readonly<Record<Yields, string>> = {
  pairs: 'pairs',
  triplets: 'triplets',
  'labelled-batch': 'batches of labelled items',
};
/** The head's score must be one that every loss reads. */
const scoreRule: Rule = {
  reads: ['loss', 'head'],
  check(draft) {
    const { head, losses } = draft.slots;
    const chosen = chosenScore(draft);
    if (!head || chosen === null) return [];
    return sound(losses).flatMap((loss) => {
      const wanted = readsScores(loss);
      if (wanted.length === 0 || wanted.includes(chosen)) return [];
      const able = produced(head).map((score) => scoreWords[score]);
      const message = `loss ${loss.slot.use.type} reads ${either(wanted.map((score) => scoreWords[score]))}, but head ${head.use.type} gives ${either(able)}`;
      return [
        found(draft, {
          code: 'GEOMETRY_SCORE',
          path: givenOr(draft, 'head', loss.slot.path),
          message,
          ...headsFor(draft, wanted),
        }),
      ];
    });
  },
};

function headsFor({ resolving: { registry } }: Draft, wanted: readonly Score[]): { hint?: string } {
  const fitting = registry.list('head').filter((plugin) => {
    const { produces } = view(plugin);
    return typeof produces !== 'function' && [produces].flat().some((score) => wanted.includes(score));
  });
  return fitting.length === 0
    ? {}
    : {
        hint: `Heads that give ${either(wanted.map((score) => scoreWords[score]))}: ${fitting.map(({ name }) => name).join(', ')}`,
      };
}

/** A loss whose formula presumes a distance must have it: training and evaluation would disagree. */
const distanceRule: Rule = {
  reads: ['loss', 'distance'],
  check(draft) {
    const { distance, losses } = draft.slots;
    if (!distance) return [];
    return sound(losses).flatMap((loss) => {
      const presumed = [needsOf(loss).distance ?? []].flat();
      if (presumed.length === 0 || presumed.includes(distance.use.type)) return [];
      const message = `loss ${loss.slot.use.type} presumes the distance ${either(presumed)}, but this recipe measures by ${distance.use.type}: training and evaluation would disagree`;
      return [found(draft, { code: 'GEOMETRY_DISTANCE', path: givenOr(draft, 'distance', loss.slot.path), message })];
    });
  },
};

/** A margin must lie inside the range of what the loss measures. */
const marginRule: Rule = {
  reads: ['loss', 'distance', 'head', 'encoder'],
  check(draft) {
    return sound(draft.slots.losses).flatMap((loss) => {
      const measured = measuredRange(draft, loss);
      if (!measured) return [];
      return (needsOf(loss).margins ?? []).flatMap((name) => {
        const margin = loss.slot.use.options[name];
        const { range, words } = measured;
        if (typeof margin !== 'number' || (margin >= range[0] && margin < range[1])) return [];
        const path = `${loss.slot.path}.${name}`;
        const demand = margin < range[0] ? `at least ${range[0]}` : `below ${Math.round(range[1] * 1e4) / 1e4}`;
        return [
          found(draft, {
            code: 'GEOMETRY_MARGIN',
            path,
            message: `${path} is ${margin}, but ${words} is ${rangeWords(range)}: it must be ${demand}`,
          }),
        ];
      });
    });
  },
};

function measuredRange(draft: Draft, loss: WeighedSlot): { readonly range: Range; readonly words: string } | null {
  const { distance, head } = draft.slots;
  const measured = distanceRange(draft);
  if (!distance || !measured || !head) return null;
  const scores = readsScores(loss);
  if (scores.length > 0 && !scores.includes(chosenScore(draft)!)) return null; // the wrong score, which is said elsewhere
  const own = view(head.plugin).range;
  if (scores.length > 0 && own !== undefined) {
    return {
      range: typeof own === 'function' ? own(head.use.options, measured.range) : own,
      words: `the score of head ${head.use.type}`,
    };
  }
  return {
    range: measured.range,
    words: `the ${distance.use.type} distance${measured.unit ? ' of vectors of length 1 (normalize: true)' : ''}`,
  };
}

/** Every loss must read what the one sampler yields. */
const samplerRule: Rule = {
  reads: ['loss', 'sampler'],
  check(draft) {
    const { sampler, losses } = draft.slots;
    if (!sampler) return [];
    const { yields } = view(sampler.plugin);
    return sound(losses).flatMap((loss) => {
      const wanted = rowsOf(needsOf(loss));
      if (wanted.includes(yields)) return [];
      const words = either(wanted.map((one) => yieldWords[one]));
      const message = `loss ${loss.slot.use.type} reads ${words}, but sampler ${sampler.use.type} yields ${yieldWords[yields]}`;
      const fitting = draft.resolving.registry.list('sampler').filter((plugin) => wanted.includes(view(plugin).yields));
      const hint =
        fitting.length === 0
          ? {}
          : { hint: `Samplers that yield ${words}: ${fitting.map(({ name }) => name).join(', ')}` };
      return [
        found(draft, { code: 'GEOMETRY_SAMPLER', path: givenOr(draft, 'sampler', loss.slot.path), message, ...hint }),
      ];
    });
  },
};

export const geometryRules: readonly Rule[] = [scoreRule, distanceRule, marginRule, samplerRule];
