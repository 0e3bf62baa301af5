import { type Place, type Problem, ProblemError } from '../problem/index.js';
import { placeOf as writtenAt } from '../recipe/node.js';
import { originSuffix } from '../recipe/origin.js';
import type { Plan, Planned } from '../recipe/types.js';

interface Standing {
  readonly place: Place | null;
  /** What the message says of a value that the file does not give. */
  readonly from: string;
}

/**
 * Where a path of the plan was written: itself, else what is in it, else the nearest path above. What the command line
 * gave stands in no file, and nothing beside it stands for it; null for a default.
 */
function standingOf({ origins }: Planned, path: string): Standing | null {
  for (let here = path; here !== ''; here = here.slice(0, Math.max(0, here.lastIndexOf('.')))) {
    const origin = origins.get(here);
    const below = [...origins].filter(([other]) => other.startsWith(`${here}.`)).map(([, one]) => one);
    const place = [...(origin ? [origin] : []), ...below].map(writtenAt).find((one) => one !== null);
    const from = here === path ? originSuffix(origin) : '';
    if (place || (origin && origin.from !== 'default')) return { place: place ?? null, from };
  }
  return null;
}

/** A problem of a value of the plan, at its place; else at that of the first of the `others` that the recipe writes. */
export function at(planned: Planned, one: Problem, others: readonly string[] = []): Problem {
  for (const path of [...(one.path === undefined ? [] : [one.path]), ...others]) {
    const standing = standingOf(planned, path);
    if (!standing) continue;
    const { place, from } = standing;
    return { ...one, message: one.message.endsWith(from) ? one.message : one.message + from, place, path };
  }
  return one;
}

/**
 * What is found once a run has begun, with the place of the recipe that it follows from: those who find it know data and
 * plugins, and no recipe. Problems that have a place (a row of a data file) keep it.
 */
export function placed(planned: Planned, error: unknown): unknown {
  if (!(error instanceof ProblemError) || error.problems.every(({ place }) => place !== null)) return error;
  return new ProblemError(
    error.problems.map((one) => (one.place ? one : at(planned, one, suspects(planned.plan, one)))),
  );
}

/** Paths by what the problem is about, the likeliest first: the first that the recipe writes is its place. */
function suspects(plan: Plan, { code, message }: Problem): readonly string[] {
  if (code === 'LOSS_NOT_FINITE') return ['optimizer.learningRate', 'loss']; // it begins with `the loss`, too
  const part = partNamed(plan, message);
  if (part !== null) return [part, 'data.source'];
  if (code === 'DATA_GROUPS' || code === 'DATA_EMPTY' || code === 'SPLIT') return ['data.split', 'data.source'];
  if (code === 'SAMPLER') return ['sampler', 'data.source'];
  if (code === 'OUTPUT') return ['name'];
  return code.startsWith('DATA_') || code === 'SHAPE'
    ? ['data.source']
    : code === 'FIELD'
      ? ['data.fields', 'data.source']
      : [];
}

const kinds = 'source|split|sampler|encoder|projection|distance|head|loss|optimizer|schedule|augmentation|evaluator';
/** `the schedule threw`, `distance.between returned`, `loss acme/mine threw`, `augmentation acme/mine of field photo returned`. */
const aboutPart = new RegExp(`^(?:the |data\\.)?(${kinds})(?:[.,]| ([^\\s,]+))`);

/** The path of the plugin that a message begins with: of several in a list that of its name. */
function partNamed(plan: Plan, message: string): string | null {
  const [, kind, name] = aboutPart.exec(message) ?? [];
  if (kind === undefined) return null;
  const path = paths[kind] ?? kind;
  const listed = lists[kind]?.(plan).indexOf(name!) ?? -1;
  return listed < 0 ? path : `${path}.${listed}`;
}

const paths: Readonly<Record<string, string>> = {
  source: 'data.source',
  split: 'data.split',
  schedule: 'train.schedule',
  projection: 'encoder.projection',
  augmentation: 'data.augment',
  evaluator: 'evaluate.metrics',
};

/** Names of the plugins where there may be several. */
const lists: Readonly<Record<string, (plan: Plan) => readonly string[]>> = {
  loss: ({ loss }) => loss.map(({ use }) => use.type),
  augmentation: ({ data }) => data.augment.map(({ use }) => use.type),
  evaluator: ({ evaluate }) => evaluate.metrics.map(({ type }) => type),
};
