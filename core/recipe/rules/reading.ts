import type {
  DistanceDeclarations,
  HeadDeclarations,
  LossNeeds,
  Measures,
  Range,
  Score,
} from '../../contract/index.js';
import { type Options, view } from '../../plugin/view.js';
import { type Draft, sound, type WeighedSlot } from '../draft.js';
import type { Slot } from '../uses.js';

/** The value of a declaration that may be a function of the options. */
function declared<T>(value: T | ((options: Options) => T), options: Options): T {
  return typeof value === 'function' ? (value as (options: Options) => T)(options) : value;
}

/** What a loss needs. */
export const needsOf = ({ slot }: WeighedSlot): LossNeeds => view(slot.plugin).needs;

/** The score that the head will produce: where it can produce several, the first that a loss reads. */
export function chosenScore({ slots }: Draft): Score | null {
  if (!slots.head) return null;
  const able = produced(slots.head);
  const wanted = sound(slots.losses).flatMap((loss) => readsScores(loss));
  return able.find((score) => wanted.includes(score)) ?? able[0] ?? null;
}

/** The scores that a loss can read; none where it reads embeddings. */
export function readsScores(loss: WeighedSlot): readonly Score[] {
  const needs = needsOf(loss);
  return 'score' in needs ? [needs.score].flat() : [];
}

/** The scores that a head can produce. */
export function produced(head: Slot<'head'>): readonly Score[] {
  const { produces }: HeadDeclarations<Options> = view(head.plugin);
  return [declared<Score | readonly Score[]>(produces, head.use.options)].flat();
}

export function readsDistance(head: Slot<'head'>): boolean {
  return declared(view(head.plugin).reads, head.use.options) === 'distance';
}

/** The range of the recipe's distance: on vectors of length 1 where every encoder normalises. */
export function distanceRange({ slots }: Draft): { readonly range: Range; readonly unit: boolean } | null {
  const { distance, encoders, projection } = slots;
  const measured = projection ? [projection] : encoders; // what the losses see
  if (!distance) return null;
  const { range, unitRange }: DistanceDeclarations<Options> = view(distance.plugin);
  const unit = unitRange !== undefined && measured.every((encoder) => encoder?.use.options['normalize'] === true);
  return { range: declared(unit ? unitRange : range, distance.use.options), unit };
}

/** Evaluators by what they measure. */
export function measuring(draft: Draft, what: Measures): Slot<'evaluator'>[] {
  return sound(draft.slots.metrics).filter(({ plugin }) => view(plugin).measures === what);
}
