import type { Kind } from '../../contract/index.js';
import { view } from '../../plugin/view.js';
import { nearest, type Problem } from '../../problem/index.js';
import { type AnySlot, type Draft, isGiven, sound } from '../draft.js';
import { childOf, nodeAt } from '../node.js';
import type { PluginUse } from '../types.js';
import { unreadSettings } from '../unread.js';
import { found, type Rule } from './rule.js';

/** Values that say "nothing of this", and so are never unused. */
const nothing: readonly unknown[] = ['off', 'none'];

const unread: Rule = {
  reads: ['distance', 'head', 'loss', 'evaluate', 'train.monitor', 'data'],
  check(draft) {
    const { root } = draft.resolving;
    return [...unreadSettings(draft)].flatMap(([path, reason]) => {
      const node = nodeAt(root, path.split('.'));
      if (!node || (node.kind === 'scalar' && nothing.includes(node.value))) return [];
      return [found(draft, { code: 'UNUSED_SETTING', path, message: `nothing reads ${path}: ${reason}` })];
    });
  },
};

/** A head that no loss trains. */
const untrainedHead: Rule = {
  reads: ['head', 'loss'],
  check(draft) {
    const { head, losses } = draft.slots;
    if (!head?.place || head.use.type === 'none') return [];
    const reads = sound(losses).some(({ slot }) => {
      const { needs, inject } = view(slot.plugin);
      return 'score' in needs || Object.values(inject ?? {}).some(({ kind }) => kind === 'head');
    });
    if (reads) return [];
    const message = `nothing trains head ${head.use.type}: every loss reads embeddings`;
    return [found(draft, { code: 'UNUSED_SETTING', path: 'head', message, hint: 'head: none scores pairs by their distance.' })];
  },
};

const twoLengths: Rule = {
  reads: ['train.epochs', 'train.steps'],
  check(draft) {
    const { root } = draft.resolving;
    if (!isGiven(root, 'train.epochs') || !isGiven(root, 'train.steps')) return [];
    const message = 'train.epochs and train.steps both say how long to train: only one may stand';
    return [found(draft, { code: 'UNUSED_SETTING', path: 'train.steps', message })];
  },
};

/** A plateau schedule waits for a metric that never comes. */
const blindSchedule: Rule = {
  reads: ['train', 'data', 'evaluate.metrics'],
  check(draft) {
    const { schedule } = draft.slots;
    if (!schedule || (draft.validated && draft.monitor !== null)) return [];
    const observing = observers(schedule.use, draft);
    const why = draft.validated ? 'train.monitor is off' : 'there is no validation data';
    return observing.map((type) =>
      found(draft, { code: 'UNUSED_SETTING', path: 'train.schedule', message: `schedule ${type} watches the monitored metric, but ${why}` }),
    );
  },
};

/** Schedules, inner ones too, that look at the monitored metric. */
function observers(use: PluginUse, draft: Draft): string[] {
  const plugin = draft.resolving.registry.get('schedule', use.type);
  const inner = Object.values(use.parts).flatMap((part) => ('type' in part && typeof part.type === 'string' ? [part as PluginUse] : Object.values(part)));
  const below = inner.flatMap((part) => observers(part, draft));
  if (!plugin || below.length > 0 || inner.length > 0) return below;
  try {
    return view(plugin).create(use.options, {}).observe ? [use.type] : [];
  } catch {
    return []; // a plugin that throws is told of when the run is proven
  }
}

/** Factors on the learning rate of what is not there. */
const scales: Rule = {
  reads: ['optimizer', 'head', 'distance', 'loss', 'encoder'],
  check(draft) {
    const node = nodeAt(draft.resolving.root, ['optimizer', 'scales']);
    if (node?.kind !== 'map') return [];
    const { head, distance, losses } = draft.slots;
    const weighty: Readonly<Record<string, readonly (AnySlot | null)[]>> = { head: [head], distance: [distance], loss: sound(losses).map(({ slot }) => slot) };
    return [...node.entries.keys()].flatMap((name) => {
      const path = `optimizer.scales.${name}`;
      const [slot] = name.split('.');
      const at = (message: string): Problem[] => [scaleProblem(draft, path, { name, message })];
      if (slot === 'encoder') return [];
      const known = weighty[name];
      if (!known) {
        const near = nearest(name, ['encoder', ...Object.keys(weighty)]);
        return at(`optimizer.scales.${name} names nothing with weights${near === null ? ': write encoder, encoder.<layer>, distance, head or loss' : `; did you mean ${near}?`}`);
      }
      const types = known.flatMap((one) => (one ? [`${one.plugin.kind satisfies Kind} ${one.use.type}`] : []));
      return known.some((one) => one && view(one.plugin).weights !== undefined) ? [] : at(`nothing reads ${path}: ${types.join(', ')} has no weights`);
    });
  },
};

/** Layer names hold dots: the place is looked up by the whole key. */
function scaleProblem(draft: Draft, path: string, { name, message }: { readonly name: string; readonly message: string }): Problem {
  const at = found(draft, { code: 'UNUSED_SETTING', path: 'optimizer.scales', message });
  const scalesNode = nodeAt(draft.resolving.root, ['optimizer', 'scales']);
  const entry = scalesNode?.kind === 'map' && childOf(scalesNode, name) ? scalesNode.entries.get(name) : undefined;
  return { ...at, path, place: entry?.key ?? at.place };
}

/** Results are kept by the evaluator's name. */
const sameEvaluators: Rule = {
  reads: ['evaluate.metrics'],
  check(draft) {
    const metrics = sound(draft.slots.metrics);
    return metrics
      .filter(({ use }, i) => metrics.findIndex((other) => other.use.type === use.type) < i)
      .map(({ path, use }) => found(draft, { code: 'UNUSED_SETTING', path, message: `evaluate.metrics names ${use.type} twice: the second would hide the first` }));
  },
};

export const unusedRules: readonly Rule[] = [unread, untrainedHead, twoLengths, blindSchedule, scales, sameEvaluators];
