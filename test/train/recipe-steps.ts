import * as tfc from '@tensorflow/tfjs-core';
import type { OptimizerInstance } from '../../core/contract/index.js';
import { openFiles } from '../../core/files/index.js';
import { planRecipe } from '../../core/recipe/plan.js';
import type { Plan } from '../../core/recipe/types.js';
import { openSession, type Session } from '../../core/run/session.js';
import { createCompiledStep } from '../../core/train/compiled-step.js';
import { feed, feedStart } from '../../core/train/feed.js';
import { trainableWeights } from '../../core/train/network.js';
import { createEagerStep, type StepFeed, type StepSettings } from '../../core/train/step.js';
import { builtIn } from '../../plugins/index.js';
import { silent } from '../run/running.js';

/** The network and the data of a recipe, for steps that are taken one by one. */
export interface Opened {
  readonly plan: Plan;
  readonly session: Session;
  /** The first batches of the training. */
  feeds(count: number): Promise<StepFeed[]>;
  close(): Promise<void>;
}

export async function openRecipe(file: string, set: readonly string[] = []): Promise<Opened> {
  const { signal } = new AbortController();
  const { planned, registry, problems } = await planRecipe(file, { registry: builtIn, set, signal });
  if (!planned || !registry) throw new Error(problems.map(({ message }) => message).join('\n'));
  const { plan } = planned;
  const files = openFiles({ folder: planned.folder, signal });
  const session = await openSession({ plan, registry, files, log: silent });
  const { wired, data } = session;
  return {
    plan,
    session,
    async feeds(count) {
      const found: StepFeed[] = [];
      const batches = feed(
        {
          training: data.train,
          sampler: wired.sampler,
          yields: wired.yields,
          batchSize: plan.train.batchSize,
          seed: plan.seed,
          mining: null,
          augmentations: wired.augmentations.filter((one) => one.place === 'worker'),
          inputs: data.inputs,
          progress: () => 0,
        },
        feedStart,
      );
      for await (const { batch, known } of batches) {
        found.push({ batch, known, at: { index: found.length, progress: 0, learningRate: 0.01 } });
        if (found.length === count) break;
      }
      return found;
    },
    async close() {
      await session.close();
      await files.close();
    },
  };
}

/** Moves nothing, and keeps what it is given. */
const recording: OptimizerInstance<Record<string, number>> = {
  update: ({ weight, gradient, step }) => ({
    weight,
    slots: { gradient, step: tfc.add(tfc.zerosLike(weight), step) }, // shape of the weight
  }),
};

export interface Taken {
  readonly losses: readonly number[];
  readonly monitors: readonly Readonly<Record<string, number>>[];
  /** What the optimizer was given last, by the weights' names. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  /** Number of the step, as it was told. */
  readonly step: number;
}

/** Takes steps that change no weight. */
export async function takeSteps(
  { session, plan }: Opened,
  feeds: readonly StepFeed[],
  { compiled = false, ...more }: { readonly compiled?: boolean } & Partial<StepSettings> = {},
): Promise<Taken> {
  const { network, wired, data } = session;
  const settings: StepSettings = {
    network,
    optimizer: recording,
    slots: { gradient: Number.NaN, step: 0 },
    augmentations: wired.augmentations.filter((one) => one.place === 'step'),
    clipNorm: null,
    seed: plan.seed,
    memory: plan.train.memory,
    ...more,
  };
  const refused = ({ part, cause }: { part: string | null; cause: string }): never => {
    throw new Error(`${part} ${cause}`);
  };
  const { nativeBackend } = await import('../../core/engine/native.js');
  const step = compiled
    ? createCompiledStep({ ...settings, backend: nativeBackend(), fused: null, batchSize: plan.train.batchSize, steps: 1, resident: data.train.access === 'random', refused }) // biome-ignore format: one call
    : createEagerStep(settings);
  try {
    const results = step.run(feeds);
    step.settle();
    const held = trainableWeights(network).map(
      ({ name }) => [name, step.optimizerState.slots.get(name)!['gradient']!] as const,
    );
    const told = step.optimizerState.slots.get(held[0]![0])!['step']!;
    return {
      losses: results.map(({ loss }) => loss),
      monitors: results.map(({ monitors }) => monitors),
      gradients: Object.fromEntries(held.map(([name, gradient]) => [name, [...gradient.dataSync()]])),
      step: told.dataSync()[0]!,
    };
  } finally {
    step.dispose();
  }
}

/** How far two gradients are apart, relative to the length of one, or to 1 where that is less. */
export function apart(one: Taken['gradients'], other: Taken['gradients']): number {
  const [a, b] = [one, other].map((each) => Object.values(each).flat());
  const length = (values: readonly number[]): number =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return length(a!.map((value, i) => value - b![i]!)) / Math.max(length(b!), 1e-3);
}
