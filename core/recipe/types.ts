import type { DataDescription, FieldPlans, RelationsPlan, ThresholdRule } from '../contract/index.js';
import type { Options } from '../plugin/view.js';
import type { Place } from '../problem/index.js';

export type { FieldPlan, FieldPlans, RelationsPlan, ThresholdRule } from '../contract/index.js';

/** A plugin as a plan names it: its options are complete, the plugins inside it stand under `parts`. */
export interface PluginUse {
  readonly type: string;
  readonly options: Options;
  readonly parts: Readonly<Record<string, PluginUse | readonly PluginUse[] | Readonly<Record<string, PluginUse>>>>;
}

/** Where a value of the plan came from. */
export type Origin =
  | { readonly from: 'file'; readonly place: Place }
  /** As typed: `--set train.epochs=3`, `--engine portable`, `SIAMESE_ENGINE=portable`. */
  | { readonly from: 'set'; readonly text: string }
  /** `place`: where `${env.NAME}` stands. */
  | { readonly from: 'environment'; readonly name: string; readonly place: Place | null }
  /** `place`: where `${vars.name}` stands; `defined`: where the variable got its value. */
  | { readonly from: 'variable'; readonly name: string; readonly place: Place | null; readonly defined?: Origin }
  | { readonly from: 'default'; readonly reason: string };

/** The resolved, defaulted, frozen recipe. */
export interface Plan {
  readonly version: 1;
  readonly name: string;
  readonly seed: number;
  readonly plugins: readonly string[];
  readonly engine: { readonly name: 'auto' | 'native' | 'portable'; readonly compile: 'auto' | 'required' | 'off' };
  readonly data: {
    readonly source: PluginUse;
    readonly relations: RelationsPlan;
    /** null: by the source's columns. With two towers: left and right. */
    readonly fields: FieldPlans | { readonly left: FieldPlans; readonly right: FieldPlans } | null;
    readonly split: PluginUse;
    readonly augment: readonly {
      readonly use: PluginUse;
      readonly field: string | null;
      readonly sides: 'each' | 'together' | 'left' | 'right';
    }[];
    readonly shuffleBuffer: number;
    /** `memory` in MiB; `folder` null: the cache folder of siamese. */
    readonly cache: {
      readonly use: 'auto' | 'always' | 'never';
      readonly memory: number;
      readonly folder: string | null;
    };
  };
  readonly encoder: PluginUse | { readonly left: PluginUse; readonly right: PluginUse };
  /** An encoder of embeddings, in training only: the losses see what it gives. */
  readonly projection: PluginUse | null;
  /** A run folder whose weights the encoder starts from. */
  readonly initialize: string | null;
  readonly distance: PluginUse;
  readonly head: PluginUse;
  readonly loss: readonly { readonly use: PluginUse; readonly weight: number }[];
  readonly sampler: PluginUse;
  readonly optimizer: PluginUse;
  /** Factors on the learning rate, by slot or `encoder.<layer>`; 0 = frozen. */
  readonly scales: Readonly<Record<string, number>>;
  readonly train: {
    /** Exactly one of `epochs` and `steps` is not null. */
    readonly epochs: number | null;
    readonly steps: number | null;
    readonly batchSize: number;
    /** Batches of a step. */
    readonly accumulate: number;
    /** Rows that are embedded at a time; null: all of a batch. */
    readonly microBatch: number | null;
    /** null: every training item (or given pair, or triplet) is drawn once as the left. */
    readonly stepsPerEpoch: number | null;
    readonly schedule: PluginUse;
    readonly clipNorm: number | null;
    readonly notFinite: 'stop' | 'skip';
    readonly memory: { readonly size: number; readonly warmup: number } | null;
    /** `verification.rocAuc`; null without validation data: the last model is kept. */
    readonly monitor: string | null;
    readonly earlyStopping: { readonly patience: number; readonly minimumDelta: number } | null;
    readonly checkpoint: { readonly every: 'epoch' | number; readonly keep: number };
  };
  readonly evaluate: {
    readonly every: 'epoch' | number;
    readonly pairs: { readonly type: 'all' | 'balanced' | 'given'; readonly count: number };
    readonly positive: 'same' | 'different';
    /** Whether test is measured apart on groups that training has seen, and on others. */
    readonly seenApart: boolean;
    /** null: no threshold is chosen (real targets, or no validation data). */
    readonly threshold: ThresholdRule | null;
    readonly metrics: readonly PluginUse[];
    readonly baselines: readonly ('raw-input' | 'untrained-encoder' | 'majority' | 'popularity')[];
  };
  readonly trackers: readonly PluginUse[];
}

/** A plan with what was learned on the way to it. */
export interface Planned {
  readonly plan: Plan;
  /** Folder of the recipe: relative paths of the source start here. */
  readonly folder: string;
  /** The recipe's text as given, for the run folder. */
  readonly text: string;
  /** By path of the plan (`train.epochs`, `loss.0.margin`): every leaf has one. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Headers and counts of the data; null when it was not to be looked at. */
  readonly description: DataDescription | null;
  /** Settings that nothing reads under this plan, with the reason: a recipe that gives one is refused, and `plan` leaves them out. */
  readonly unread: ReadonlyMap<string, string>;
}
