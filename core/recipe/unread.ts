import { view } from '../plugin/view.js';
import { type Draft, sound } from './draft.js';
import { isSided } from './envelope.js';
import { measuring, readsDistance } from './rules/reading.js';

/** The reason of many. */
export const unvalidated = 'there is no validation data';

/** Settings that nothing reads in this recipe, by path, with the reason. Given ones are problems; a printed plan leaves them out. */
export function unreadSettings(draft: Draft): ReadonlyMap<string, string> {
  const unread = new Map<string, string>();
  const add = (path: string, reason: string | null): void => void (reason !== null && unread.set(path, reason));
  add('distance', distanceUnread(draft));
  const looked = draft.data.description !== null; // else nobody knows yet
  add('data.shuffleBuffer', draft.data.stream || !looked ? null : 'the data is no stream');
  add('data.cache', draft.data.stream ? 'a stream is not held' : null);
  const own =
    draft.data.description?.parts?.includes('validation') === true &&
    draft.slots.split?.use.options['validation'] !== 0;
  add('data.split.validation', own ? 'the source brings its own validation part' : null);
  for (const [path, reason] of unreadEvaluation(draft)) add(path, reason);
  for (const [path, reason] of unreadParts(draft)) add(path, reason);
  return unread;
}

function distanceUnread({ slots }: Draft): string | null {
  const evaluators = sound(slots.metrics);
  if (evaluators.some(({ plugin }) => view(plugin).measures !== 'pairs')) return null;
  if (!slots.head || readsDistance(slots.head)) return null;
  const losses = sound(slots.losses).map(({ slot }) => view(slot.plugin));
  if (
    losses.some(
      ({ needs, inject }) =>
        'embeddings' in needs || Object.values(inject ?? {}).some(({ kind }) => kind === 'distance'),
    )
  )
    return null;
  return `head ${slots.head.use.type} reads the embeddings, and no evaluator searches`;
}

/** A part of an encoder that is called as a kind of fields encodes the fields of that kind which its maps do not name. */
function* unreadParts({ slots, settings }: Draft): Generator<readonly [path: string, reason: string]> {
  const { fields } = settings.data;
  if (fields === undefined) return;
  for (const { use, plugin, path } of sound(slots.encoders)) {
    const { accepts, parts = {} } = view(plugin);
    const side = path.endsWith('.left') ? 'left' : path.endsWith('.right') ? 'right' : null;
    const maps = !isSided(fields) ? [fields] : side ? [fields[side] ?? {}] : [fields.left ?? {}, fields.right ?? {}];
    const named = Object.keys(parts).flatMap((name) => (parts[name]!.many === 'map' ? Object.keys(use.parts[name] ?? {}) : [])); // biome-ignore format: one thought
    const open = maps.flatMap((map) => Object.entries(map).filter(([name]) => !named.includes(name)));
    if (open.some(([, { kind }]) => kind === undefined)) continue; // the column's own
    for (const kind of Object.keys(parts).filter((name) => name in accepts)) {
      if (open.some(([, field]) => field.kind === kind)) continue;
      yield [`${path}.${kind}`, `data.fields has no field of kind ${kind} that \`encoders\` does not name`];
    }
  }
}

function* unreadEvaluation(draft: Draft): Generator<readonly [path: string, reason: string | null]> {
  const { validated, monitor, evaluatedPairs } = draft;
  const pairs = measuring(draft, 'pairs');
  const uncounted = pairs.length === 0 ? 'no evaluator of evaluate.metrics counts pairs' : null;
  const decides = pairs.some(({ plugin }) => view(plugin).targets === 'binary');
  const undecided = decides ? null : 'no evaluator of evaluate.metrics decides between same and different';
  yield ['train.monitor', validated ? null : unvalidated];
  yield ['train.earlyStopping', validated ? (monitor === null ? 'no metric is monitored' : null) : unvalidated];
  yield ['evaluate.every', validated ? null : unvalidated];
  yield ['evaluate.pairs', uncounted];
  yield [
    'evaluate.pairs.count',
    uncounted ?? (evaluatedPairs.type === 'balanced' ? null : `${evaluatedPairs.type} pairs are not drawn`),
  ];
  yield ['evaluate.positive', undecided];
  const { threshold } = draft.settings.evaluate;
  const rated = typeof threshold !== 'object' || threshold.type === 'far-at-most';
  yield ['evaluate.threshold.rate', rated ? null : 'only far-at-most has one'];
  yield ['evaluate.threshold', undecided ?? (validated || typeof threshold === 'number' ? null : unvalidated)];
}
