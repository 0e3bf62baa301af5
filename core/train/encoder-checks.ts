/** What an encoder's factory may return, and how its mistakes read. */
import * as tfl from '@tensorflow/tfjs-layers';
import type { Input } from '../contract/index.js';
import type { NamedWeight } from '../engine/layer-tree.js';
import { fail, ProblemError } from '../problem/index.js';

interface Named {
  readonly plugin: string;
  readonly path: string;
}

/** Runs a build; what a plugin throws becomes PLUGIN_FAILED. Its own problems stay, their paths set below the encoder's. */
export function explainFailure<T>({ plugin, path }: Named, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof ProblemError) {
      throw new ProblemError(
        error.problems.map((one) => (isBelow(path, one.path) ? one : { ...one, path: join(path, one.path) })),
      );
    }
    const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
    return fail('PLUGIN_FAILED', `encoder "${plugin}" failed while it was built: ${message}`, { path });
  }
}

const isBelow = (path: string, other: string | undefined): boolean => other === path || !!other?.startsWith(`${path}.`);
const join = (path: string, below: string | undefined): string => (below === undefined ? path : `${path}.${below}`);

/** The model that a factory returned, with the length of its embeddings. Errors: PLUGIN_FAILED. */
export function checkModel(
  returned: unknown,
  { plugin, path, inputs }: Named & { readonly inputs: readonly Input[] },
): { readonly model: tfl.LayersModel; readonly dimensions: number } {
  const refuse = (what: string): never => fail('PLUGIN_FAILED', `encoder "${plugin}" ${what}`, { path });
  if (!(returned instanceof tfl.LayersModel)) {
    refuse("must return a model made by `model` of its context, of that context's `layers`");
  }
  const model = returned as tfl.LayersModel;
  const wanted = inputs.map(({ shape, dtype }) => `${dtype} ${batched(shape)}`);
  const taken = model.inputs.map(({ shape, dtype }) => `${dtype} ${batched(shape.slice(1))}`);
  if (wanted.join() !== taken.join()) {
    refuse(`must take the inputs in their order, ${wanted.join(', ')}; its model takes ${taken.join(', ')}`);
  }
  const outputs = model.outputs.map(({ shape }) => shape);
  const dimensions = outputs[0]?.[1];
  if (outputs.length !== 1 || outputs[0]!.length !== 2 || !dimensions) {
    refuse(
      `must return embeddings [batch, dimensions], got ${outputs.map((one) => batched(one.slice(1))).join(' and ')}`,
    );
  }
  return { model, dimensions: dimensions! };
}

const batched = (shape: readonly (number | null)[]): string =>
  `[${['batch', ...shape.map((size) => size ?? '?')].join(', ')}]`;

/** The core's updates do not go through tfjs-layers, which would apply constraints. Errors: PLUGIN_FAILED. */
export function refuseConstraints(weights: readonly NamedWeight[], { plugin, path }: Named): void {
  const bound = weights.find(({ held }) => held.constraint != null);
  if (!bound) return;
  const message = `encoder "${plugin}" has a constraint on ${bound.name}: constraints are not applied, use a regularizer`;
  fail('PLUGIN_FAILED', message, { path });
}
