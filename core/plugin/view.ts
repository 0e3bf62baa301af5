import type { LayersModel } from '@tensorflow/tfjs-layers';
import type {
  AugmentationDeclarations,
  AugmentationPlace,
  BatchLoss,
  DistanceDeclarations,
  DistanceInstance,
  EmbeddingPairLoss,
  EncoderDeclarations,
  EvaluatorDeclarations,
  EvaluatorInstance,
  Facts,
  HeadDeclarations,
  HeadInstance,
  Kind,
  LossDeclarations,
  LossNeeds,
  Measures,
  OptimizerDeclarations,
  OptimizerInstance,
  PairLoss,
  SamplerDeclarations,
  SamplerInstance,
  ScheduleInstance,
  SlotFills,
  SourceDeclarations,
  SourceInstance,
  SplitDefinition,
  SplitInstance,
  StepAugmentation,
  TrackerInstance,
  TripletLoss,
  WeightSpec,
  WeightSpecs,
  WorkerAugmentation,
  Yields,
} from '../contract/index.js';
import type { Inject, Parts, Plugin } from './define.js';

/** Options after validation: every key is there. */
export type Options = Readonly<Record<string, unknown>>;
type AnyWeights = Record<string, never>;
/** A loss of any kind: the method that its `needs` demands is there. */
export type AnyLoss = Partial<
  PairLoss<AnyWeights> & EmbeddingPairLoss<AnyWeights> & TripletLoss<AnyWeights> & BatchLoss<AnyWeights>
>;

interface Views {
  encoder: EncoderDeclarations;
  distance: DistanceDeclarations<Options>;
  head: HeadDeclarations<Options>;
  loss: LossDeclarations<Options> & { readonly needs: LossNeeds };
  sampler: SamplerDeclarations & { readonly yields: Yields };
  source: SourceDeclarations;
  split: SplitDefinition<Options>;
  optimizer: OptimizerDeclarations<Options> & { readonly slots: SlotFills };
  schedule: unknown;
  augmentation: AugmentationDeclarations & { readonly place: AugmentationPlace };
  evaluator: EvaluatorDeclarations<Options> & { readonly measures: Measures };
  tracker: unknown;
}
/** What `create` returns, by kind, as the core sees it. */
export interface Created {
  encoder: LayersModel;
  distance: DistanceInstance<AnyWeights>;
  head: HeadInstance<AnyWeights>;
  loss: AnyLoss;
  sampler: SamplerInstance<Yields>;
  source: SourceInstance;
  split: SplitInstance;
  optimizer: OptimizerInstance<Record<string, number>>;
  schedule: ScheduleInstance;
  augmentation: StepAugmentation | WorkerAugmentation;
  evaluator: EvaluatorInstance<Measures>;
  tracker: TrackerInstance;
}
export type View<K extends Kind> = Views[K] & {
  readonly name: string;
  readonly summary: string;
  readonly api?: number;
  readonly inject?: Inject;
  readonly parts?: Parts;
  readonly weights?: WeightSpecs | ((facts: Facts, options: Options) => Readonly<Record<string, WeightSpec>>);
  readonly create: (options: Options, context: Readonly<Record<string, unknown>>) => Created[K];
};

/** The definition of a plugin as the core reads it. The first of the two marked casts: `definePlugin` has checked the types. */
export function view<K extends Kind>(plugin: Plugin<K>): View<K> {
  return plugin.definition as View<K>;
}
