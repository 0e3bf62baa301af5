import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, Facts, Kind } from '../../contract/index.js';
import { checkOptions } from '../../plugin/check-options.js';
import type { Site } from '../../plugin/mistake-problems.js';
import type { Registry } from '../../plugin/registry.js';
import { silent } from '../../plugin/silent.js';
import { type Created, type Options, type View, view } from '../../plugin/view.js';
import { fail, ProblemError, suggestion } from '../../problem/index.js';
import { bindDistance } from '../../train/bind.js';
import { createPlugin } from '../create.js';
import { specsOf } from '../declared.js';
import type { CaseInputs, Given } from './inputs.js';
import { caseWeights } from './weights.js';

/** A plugin whose options are checked and complete. */
export interface Opened<K extends Kind> {
  readonly definition: View<K>;
  readonly options: Options;
  readonly create: (given?: Readonly<Record<string, unknown>>) => Created[K];
}

/** Errors: PLUGIN_UNKNOWN, OPTION_*; USAGE, where it holds other plugins. */
export function openPlugin<K extends Kind>(
  registry: Registry,
  kind: K,
  use: { readonly type: string; readonly options: Options },
): Opened<K> {
  const plugin = registry.get(kind, use.type);
  if (!plugin) {
    const names = registry.list(kind).map(({ name }) => name);
    const near = suggestion(use.type, names) || '.';
    return fail('PLUGIN_UNKNOWN', `no ${kind} is called "${use.type}"${near} There are: ${names.join(', ')}`);
  }
  const definition = view(plugin);
  const [part] = Object.keys(definition.parts ?? {});
  if (part !== undefined) fail('USAGE', `${use.type} holds another plugin (${part}): it cannot be evaluated by itself`);
  const { options, problems } = checkOptions(plugin, use.options, site);
  if (problems.length > 0) throw new ProblemError(problems);
  const complete = { type: use.type, options, parts: {} };
  return {
    definition,
    options,
    create: (given = {}) => createPlugin(kind, complete, { registry, log: silent, given }),
  };
}

/** The distance with the weights that the case gives; `dispose` frees them. */
export function openDistance(
  { definition, options, create }: Opened<'distance'>,
  inputs: CaseInputs,
  facts: Facts,
): { readonly distance: BoundDistance; readonly dispose: () => void } {
  const { range, metric = false } = definition;
  const weights = caseWeights(definition, options, { inputs, facts });
  const bounds = typeof range === 'function' ? range(options) : range;
  const distance = bindDistance({ instance: create(), range: bounds, metric, weights });
  return { distance, dispose: () => tfc.dispose({ ...weights }) };
}

/** The distance that the loss is evaluated on. Errors: GEOMETRY_DISTANCE, where the loss presumes another. */
export function distanceFor({ name, needs }: View<'loss'>, distance: string | undefined): string {
  const presumed = needs.distance === undefined ? [] : [needs.distance].flat();
  if (distance === undefined) return presumed[0] ?? 'euclidean';
  if (presumed.length > 0 && !presumed.includes(distance)) {
    fail('GEOMETRY_DISTANCE', `${name} is a loss on the distance ${presumed.join(' or ')}, got ${distance}`);
  }
  return distance;
}

/** What a loss asked for by `inject`. Errors: USAGE, where it is more than the distance. */
export function injected(
  { name, inject = {} }: View<'loss'>,
  distance: BoundDistance,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(inject).map(([as, { kind }]) => {
      if (kind !== 'distance') fail('USAGE', `${name} reads the recipe's ${kind}: it cannot be evaluated by itself`);
      return [as, distance];
    }),
  );
}

/** Names of the weights of some plugins; they do not depend on sizes, so the inputs need not be read yet. */
export function weightNames(...opened: readonly Opened<'distance' | 'loss'>[]): string[] {
  const sizes: Facts = { dimensions: 1, groups: 1, items: 1, batchSize: 1 };
  return opened.flatMap(({ definition, options }) => Object.keys(specsOf(definition, sizes, options)));
}

/** The sizes that the inputs show. */
export function factsOf(given: Given): Facts {
  const rows = Object.values(given)[0]?.shape[0] ?? 1;
  const matrix = Object.values(given).find((tensor) => tensor.rank === 2);
  const { labels } = given;
  const groups = labels ? Math.max(0, ...labels.dataSync()) + 1 : 1;
  return { dimensions: matrix?.shape[1] ?? 1, groups, items: rows, batchSize: rows };
}

/** Options come from no file. */
const site: Site = { path: 'options', place: () => null, origin: () => '' };
