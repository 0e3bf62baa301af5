import { view } from '../../plugin/view.js';
import { nearest } from '../../problem/index.js';
import { type Draft, isGiven, sound } from '../draft.js';
import { fixedDefault } from '../envelope.js';
import { nodeAt } from '../node.js';
import type { PluginUse } from '../types.js';
import { unreadSettings, unvalidated } from '../unread.js';
import { found, type Rule } from './rule.js';

/** What stands in no one's way: a value that says "nothing of this", or the default itself. */
const harmless = (path: string, value: unknown): boolean =>
  value === 'off' || value === 'none' || value === fixedDefault(path);

const unread: Rule = {
  reads: ['distance', 'head', 'loss', 'evaluate', 'train.monitor', 'data'],
  check(draft) {
    const { root } = draft.resolving;
    const given = [...unreadSettings(draft)].filter(([path]) => {
      const node = nodeAt(root, path.split('.'));
      return node && !(node.kind === 'scalar' && harmless(path, node.value));
    });
    const last = given.findLast(([, reason]) => reason === unvalidated)?.[0]; // said once
    return given.map(([path, reason]) => {
      const hint = path === last ? { hint: 'A share of the data is kept for it by data.split.validation.' } : {};
      return found(draft, { code: 'UNUSED_SETTING', path, message: `nothing reads ${path}: ${reason}`, ...hint });
    });
  },
};

/** A head that no loss trains. */
const untrainedHead: Rule = {
  reads: ['head', 'loss'],
  check(draft) {
    const { head, losses } = draft.slots;
    if (!head || !isGiven(draft.resolving.root, 'head') || head.use.type === 'none') return [];
    const reads = sound(losses).some(({ slot }) => {
      const { needs, inject } = view(slot.plugin);
      return 'score' in needs || Object.values(inject ?? {}).some(({ kind }) => kind === 'head');
    });
    if (reads) return [];
    const message = `nothing trains head ${head.use.type}: every loss reads embeddings`;
    return [
      found(draft, {
        code: 'UNUSED_SETTING',
        path: 'head',
        message,
        hint: 'head: none scores pairs by their distance.',
      }),
    ];
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
    const why = draft.validated ? 'train.monitor is off' : unvalidated;
    return observing.map((type) =>
      found(draft, {
        code: 'UNUSED_SETTING',
        path: 'train.schedule',
        message: `schedule ${type} watches the monitored metric, but ${why}`,
      }),
    );
  },
};

/** Schedules, inner ones too, that look at the monitored metric. */
function observers(use: PluginUse, draft: Draft): string[] {
  const plugin = draft.resolving.registry.get('schedule', use.type);
  const inner = Object.values(use.parts).flatMap((part) =>
    'type' in part && typeof part.type === 'string' ? [part as PluginUse] : Object.values(part),
  );
  const below = inner.flatMap((part) => observers(part, draft));
  if (!plugin || below.length > 0 || inner.length > 0) return below;
  try {
    return view(plugin).create(use.options, {}).observe ? [use.type] : [];
  } catch {
    return []; // a plugin that throws is told of when the run is proven
  }
}

const scalable = ['encoder', 'distance', 'head', 'loss'];

/** Factors on the learning rate of what is no slot. Layers of the encoder are known only once it is built. */
const scales: Rule = {
  reads: ['optimizer'],
  check(draft) {
    const node = nodeAt(draft.resolving.root, ['optimizer', 'scales']);
    if (node?.kind !== 'map') return [];
    return [...node.entries].flatMap(([name, { key }]) => {
      if (scalable.includes(name) || name.startsWith('encoder.')) return [];
      const near = nearest(name, scalable);
      const instead =
        near === null ? ': write encoder, encoder.<layer>, distance, head or loss' : `; did you mean ${near}?`;
      const path = 'optimizer.scales';
      const one = found(draft, {
        code: 'UNUSED_SETTING',
        path,
        message: `${path}.${name} names nothing with weights${instead}`,
      });
      return [{ ...one, place: key ?? one.place }]; // layer names hold dots: the place is that of the whole key
    });
  },
};

/** Results are kept by the name under which an evaluator reports. */
const sameEvaluators: Rule = {
  reads: ['evaluate.metrics'],
  check(draft) {
    const metrics = sound(draft.slots.metrics);
    const names = metrics.map(({ plugin, use }) => view(plugin).reportedAs ?? use.type);
    return metrics.flatMap(({ path, use }, i) => {
      const first = names.indexOf(names[i]!);
      if (first === i) return [];
      const other = metrics[first]!.use.type;
      const what = other === use.type ? `${use.type} twice` : `${other} and ${use.type}, both reported as ${names[i]}`;
      const message = `evaluate.metrics names ${what}: the second would hide the first`;
      return [found(draft, { code: 'UNUSED_SETTING', path, message })];
    });
  },
};

export const unusedRules: readonly Rule[] = [unread, untrainedHead, twoLengths, blindSchedule, scales, sameEvaluators];
