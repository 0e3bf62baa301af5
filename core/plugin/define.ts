import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  type AugmentationDeclarations,
  type AugmentationInstance,
  type AugmentationPlace,
  type BoundDistance,
  type BoundHead,
  type BuildEncoder,
  type DistanceDeclarations,
  type DistanceInstance,
  type EncoderContext,
  type EncoderDeclarations,
  type EvaluatorDeclarations,
  type EvaluatorInstance,
  type Facts,
  type HeadDeclarations,
  type HeadInstance,
  type Kind,
  kinds,
  type Log,
  type LossDeclarations,
  type LossInstance,
  type LossNeeds,
  type Measures,
  type OptimizerDeclarations,
  type OptimizerInstance,
  type SamplerDeclarations,
  type SamplerInstance,
  type ScheduleInstance,
  type Slot,
  type SlotFills,
  type SourceContext,
  type SourceDeclarations,
  type SourceInstance,
  type SplitDefinition,
  type SplitInstance,
  type TrackerInstance,
  type WeightSpec,
  type WeightSpecs,
  type Yields,
} from '../contract/index.js';
import type { OptionsOf, OptionsSchema } from './options.js';

/** The run's other plugins, by a name of the author's choosing: `inject: { distance: Distance }`. */
export type Inject = Readonly<Record<string, Slot<'distance' | 'head'>>>;
/** A plugin inside a plugin (a warm-up around a schedule, an encoder per field). In the recipe it stands among the options. */
export interface Part {
  /** The kind of plugin that it takes. */
  readonly slot: Slot<'encoder' | 'schedule' | 'distance'>;
  /** It takes several: a list of them, or a map by names that the recipe chooses. */
  readonly many?: 'list' | 'map';
  /**
   * Name of the plugin used when the recipe says nothing; without it the part is required. Of a map, whose names are the
   * recipe's own, it is a word for what the plugin does about a name that is not there.
   */
  readonly default?: string;
  /** One sentence, for the editor and the reference. */
  readonly description: string;
}
/** Parts by name: each is an option of the same name that takes a plugin. */
export type Parts = Readonly<Record<string, Part>>;

type Used<S> =
  S extends Slot<'distance'>
    ? BoundDistance
    : S extends Slot<'head'>
      ? BoundHead
      : S extends Slot<'encoder'>
        ? BuildEncoder
        : S extends Slot<'schedule'>
          ? ScheduleInstance
          : never;
type UsedPart<P> = P extends { many: 'list'; slot: infer S }
  ? readonly Used<S>[]
  : P extends { many: 'map'; slot: infer S }
    ? Readonly<Record<string, Used<S>>>
    : P extends { slot: infer S }
      ? Used<S>
      : never;

/** What each kind declares beside its factory. */
interface Declarations<O> {
  encoder: EncoderDeclarations;
  distance: DistanceDeclarations<O>;
  head: HeadDeclarations<O>;
  loss: LossDeclarations<O>;
  sampler: SamplerDeclarations;
  source: SourceDeclarations;
  split: SplitDefinition<O>;
  optimizer: OptimizerDeclarations<O>;
  schedule: unknown;
  augmentation: AugmentationDeclarations;
  evaluator: EvaluatorDeclarations<O>;
  tracker: unknown;
}
/** What each kind's factory returns. */
interface Instances<N, Y, S, A, M, W> {
  encoder: LayersModel;
  distance: DistanceInstance<W>;
  head: HeadInstance<W>;
  loss: LossInstance<N, W>;
  sampler: SamplerInstance<Y>;
  source: SourceInstance;
  split: SplitInstance;
  optimizer: OptimizerInstance<S>;
  schedule: ScheduleInstance;
  augmentation: AugmentationInstance<A>;
  evaluator: EvaluatorInstance<M>;
  tracker: TrackerInstance;
}
type KindContext<K extends Kind> = K extends 'encoder' ? EncoderContext : K extends 'source' ? SourceContext : unknown;
/** What `create` is given beside the options: the log, what the kind is given, what was injected, and its parts. */
export type Context<K extends Kind, I, P> = { readonly log: Log } & KindContext<K> & {
    readonly [X in keyof I]: Used<I[X]>;
  } & { readonly [X in keyof P]: UsedPart<P[X]> };

type OnlyFor<K extends Kind, Mine extends Kind, T> = K extends Mine ? T : { readonly [X in keyof T]?: never };
type OptionNames<O> = O extends { properties: infer P } ? Extract<keyof P, string> : never;

/** What is said of a plugin: its name and options, what its kind declares, and its factory. */
export type Definition<K extends Kind, O extends OptionsSchema, I extends Inject, P extends Parts, W, N, Y, S, A, M> = {
  /** As in recipes: lower case with hyphens; `vendor/name` outside siamese. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Version of this contract, 1 when absent; a mismatch is a clear error. */
  readonly api?: 1;
  /** Every option, declared once. */
  readonly options: O;
  /** Other plugins of the run that it works with. */
  readonly inject?: I;
  /** Plugins that stand among its options. */
  readonly parts?: P;
  /** Losses: what they read. */
  readonly needs?: N;
  /** Samplers: what they hand out. */
  readonly yields?: Y;
  /** Optimizers: what they keep of each weight. */
  readonly slots?: S;
  /** Augmentations: where they run. */
  readonly place?: A;
  /** Evaluators: what they are shown. */
  readonly measures?: M;
  /** Data, so that a plan counts parameters without running the plugin; a function only where their number varies. */
  readonly weights?: W | ((facts: Facts, options: OptionsOf<O>) => Readonly<Record<string, WeightSpec>>);
  /** Synchronous, no I/O, same options -> equal results. */
  readonly create: (options: OptionsOf<O>, context: Context<K, I, P>) => Instances<N, Y, S, A, M, NoInfer<W>>[K];
} & Declarations<OptionsOf<O>>[K] & {
    /** As above, its sizes named by options that there are. */
    readonly weights?: Readonly<Record<string, WeightSpec<OptionNames<O>>>> | ((...args: never[]) => unknown);
  } & OnlyFor<K, 'loss', { readonly needs: LossNeeds<OptionNames<O>> }> &
  OnlyFor<K, 'sampler', { readonly yields: Yields }> &
  OnlyFor<K, 'optimizer', { readonly slots: SlotFills }> &
  OnlyFor<K, 'augmentation', { readonly place: AugmentationPlace }> &
  OnlyFor<K, 'evaluator', { readonly measures: Measures }>;

/** A plugin: plain frozen data, as `definePlugin` returns it and a package exports it. */
export interface Plugin<K extends Kind = Kind> {
  /** Its kind. */
  readonly kind: K;
  /** As recipes name it. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Its options' schema. */
  readonly options: OptionsSchema;
  /** All that `definePlugin` was given. */
  readonly definition: unknown;
}

/**
 * Declares a plugin. It registers nothing; what is declared is checked where it is loaded. Errors: a plain Error where it is
 * given no slot, as by an import whose name is misspelt, or no definition.
 */
export function definePlugin<
  K extends Kind,
  const O extends OptionsSchema,
  const I extends Inject = {},
  const P extends Parts = {},
  const W extends WeightSpecs = {},
  const N = undefined,
  const Y = undefined,
  const S extends SlotFills = {},
  const A = undefined,
  const M = undefined,
>(kind: Slot<K>, definition: Definition<K, O, I, P, W, N, Y, S, A, M>): Plugin<K> {
  requireArguments(kind, definition);
  return Object.freeze({
    kind: kind.kind,
    name: definition.name,
    summary: definition.summary,
    options: definition.options,
    definition,
  });
}

function requireArguments(kind: Slot<Kind> | undefined, definition: object | undefined): void {
  const slot = `it must be ${slotNames.slice(0, -1).join(', ')} or ${slotNames.at(-1)} of siamese`;
  if (kind === undefined || kind === null || !kinds.includes(kind.kind))
    throw new Error(`the first argument of definePlugin is no slot: ${slot}; is the name in its import right?`);
  if (typeof definition !== 'object' || definition === null)
    throw new Error('the second argument of definePlugin is missing: it must be the definition of the plugin');
}

/** As siamese exports them. */
const slotNames = kinds.map((kind) => kind[0]!.toUpperCase() + kind.slice(1));
