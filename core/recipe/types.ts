import type { DataDescription, FieldPlans, RelationsPlan, ThresholdRule } from '../contract/index.js';
import type { Options } from '../plugin/view.js';
import type { Place } from '../problem/index.js';

export type { FieldPlan, FieldPlans, RelationsPlan, ThresholdRule } from '../contract/index.js';

/** A plugin as a plan names it: its options are complete, the plugins inside it stand under `parts`. */
export interface PluginUse {
  /** Its name. */
  readonly type: string;
  /** Its options, defaults filled in. */
  readonly options: Options;
  /** Plugins among its options. */
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

/** The resolved, defaulted, frozen recipe: the keys of a recipe, every one with its value. */
export interface Plan {
  /** Version of the recipe format. */
  readonly version: 1;
  /** Name of the recipe, and of its folder under `runs/`. */
  readonly name: string;
  /** What all chance of the run follows from. */
  readonly seed: number;
  /** Packages and files that bring plugins, as the recipe names them. */
  readonly plugins: readonly string[];
  /** What computes: `compile: 'required'` fails where a step cannot be one call. */
  readonly engine: { readonly name: 'auto' | 'native' | 'portable'; readonly compile: 'auto' | 'required' | 'off' };
  /** Where the items come from, and what is done to them before the encoder. */
  readonly data: {
    /** Reads the data. */
    readonly source: PluginUse;
    /** Which items belong together. */
    readonly relations: RelationsPlan;
    /** null: by the source's columns. With two towers: left and right. */
    readonly fields: FieldPlans | { readonly left: FieldPlans; readonly right: FieldPlans } | null;
    /** Divides it into parts. */
    readonly split: PluginUse;
    /** Changes at random while training, in this order. */
    readonly augment: readonly {
      readonly use: PluginUse;
      readonly field: string | null;
      readonly sides: 'each' | 'together' | 'left' | 'right';
    }[];
    /** Of a stream: rows that are held, to be shuffled and paired. */
    readonly shuffleBuffer: number;
    /** `memory` in MiB; `folder` null: the cache folder of siamese. */
    readonly cache: {
      readonly use: 'auto' | 'always' | 'never';
      readonly memory: number;
      readonly folder: string | null;
    };
  };
  /** Maps inputs to embeddings: one for both sides, or one for each. */
  readonly encoder: PluginUse | { readonly left: PluginUse; readonly right: PluginUse };
  /** An encoder of embeddings, in training only: the losses see what it gives. */
  readonly projection: PluginUse | null;
  /** A run folder whose weights the encoder starts from. */
  readonly initialize: string | null;
  /** How far apart two embeddings are. */
  readonly distance: PluginUse;
  /** Turns a pair of embeddings into a score. */
  readonly head: PluginUse;
  /** What training makes small: the weighted sum of these. */
  readonly loss: readonly { readonly use: PluginUse; readonly weight: number }[];
  /** Decides which items meet. */
  readonly sampler: PluginUse;
  /** Changes the weights. */
  readonly optimizer: PluginUse;
  /** Factors on the learning rate, by slot or `encoder.<layer>`; 0 = frozen. */
  readonly scales: Readonly<Record<string, number>>;
  /** How long, how fast and how carefully. */
  readonly train: {
    /** Exactly one of `epochs` and `steps` is not null. */
    readonly epochs: number | null;
    /** Steps in all. */
    readonly steps: number | null;
    /** Rows of what the sampler yields. */
    readonly batchSize: number;
    /** Batches of a step. */
    readonly accumulate: number;
    /** Rows that are embedded at a time; null: all of a batch. */
    readonly microBatch: number | null;
    /** null: every training item (or given pair, or triplet) is drawn once as the left. */
    readonly stepsPerEpoch: number | null;
    /** A factor on the learning rate. */
    readonly schedule: PluginUse;
    /** Longest gradient, over all weights; null: as it is. */
    readonly clipNorm: number | null;
    /** What a loss that is no number does. */
    readonly notFinite: 'stop' | 'skip';
    /** Embeddings of the last batches that a batch is compared with, from step `warmup` on; null: none. */
    readonly memory: { readonly size: number; readonly warmup: number } | null;
    /** `verification.rocAuc`; null without validation data: the last model is kept. */
    readonly monitor: string | null;
    /** Ends where the monitor has not improved by `minimumDelta` for so many measurements; null: never. */
    readonly earlyStopping: { readonly patience: number; readonly minimumDelta: number } | null;
    /** How often the state is saved, and how many of the saved ones stay. */
    readonly checkpoint: { readonly every: 'epoch' | number; readonly keep: number };
  };
  /** What is measured, when and on which pairs. */
  readonly evaluate: {
    /** How often the validation part is measured: after every epoch, or every so many steps. */
    readonly every: 'epoch' | number;
    /** Which pairs verification counts, and at most how many. */
    readonly pairs: { readonly type: 'all' | 'balanced' | 'given'; readonly count: number };
    /** Which pairs are called positive in precision, recall and rates. */
    readonly positive: 'same' | 'different';
    /** Whether test is measured apart on groups that training has seen, and on others. */
    readonly seenApart: boolean;
    /** null: no threshold is chosen (real targets, or no validation data). */
    readonly threshold: ThresholdRule | null;
    /** The evaluators. */
    readonly metrics: readonly PluginUse[];
    /** What the model is compared with. */
    readonly baselines: readonly ('raw-input' | 'untrained-encoder' | 'majority' | 'popularity')[];
  };
  /** Where events are sent. */
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
