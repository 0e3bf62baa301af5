import { type Place, type Problem, ProblemError } from '../problem/index.js';
import type { Plan, Planned } from '../recipe/types.js';

/** Where a path of the plan was written: itself, else the nearest path above it that stands in a file; null for a default. */
export function placeOf(planned: Planned, path: string): Place | null {
  for (let here = path; here !== ''; here = here.slice(0, Math.max(0, here.lastIndexOf('.')))) {
    const origin = planned.origins.get(here);
    if (origin && 'place' in origin) return origin.place;
    for (const [other, below] of planned.origins) {
      if (other.startsWith(`${here}.`) && 'place' in below) return below.place;
    }
  }
  return null;
}

/**
 * What is found once a run has begun, with the place of the recipe that it follows from: those who find it know data and
 * plugins, and no recipe. Problems that have a place (a row of a data file) keep it.
 */
export function placed(planned: Planned, error: unknown): unknown {
  if (!(error instanceof ProblemError) || error.problems.every(({ place }) => place !== null)) return error;
  return new ProblemError(error.problems.map((one) => (one.place ? one : { ...one, ...located(planned, one) })));
}

function located(planned: Planned, one: Problem): Pick<Problem, 'place' | 'path'> {
  for (const path of [one.path, ...suspects(planned.plan, one)]) {
    const place = path === undefined ? null : placeOf(planned, path);
    if (place) return { place, path: path! };
  }
  return one;
}

/** Paths by what the problem is about, the likeliest first: the first that the recipe writes is its place. */
function suspects(plan: Plan, { code, message }: Problem): readonly string[] {
  const part = partNamed(plan, message);
  if (part !== null) return [part, 'data.source'];
  if (code === 'DATA_GROUPS' || code === 'DATA_EMPTY' || code === 'SPLIT') return ['data.split', 'data.source'];
  if (code === 'SAMPLER') return ['sampler', 'data.source'];
  if (code === 'LOSS_NOT_FINITE') return ['optimizer.learningRate', 'loss'];
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
