import type { Metrics } from '../contract/index.js';
import type { Interval } from '../evaluate/bootstrap.js';
import type { BoundEvaluator, Evaluation } from '../evaluate/evaluate.js';
import type { Threshold } from '../evaluate/threshold.js';

/** Metrics as result.json writes them: members of a family under its name; NaN is null. */
export type Figures = Readonly<Record<string, number | null | Readonly<Record<string, number | null>>>>;
/** By evaluator; `verification` with the threshold that it used, in units of the score. */
export type PartResult = Readonly<Record<string, Figures>>;

/** What a model is compared with: no model, an untrained one, or one that only counts. */
export type BaselineName = 'rawInput' | 'untrainedEncoder' | 'majority' | 'popularity';
/** Figures of the baselines on test, or on validation where there is no test. */
export type Baselines = Readonly<Partial<Record<BaselineName, PartResult>>>;
/** Intervals by the path of their figure (`verification.rocAuc`). */
export type Intervals = Readonly<Record<string, Interval>>;

/** A share of the test part. */
export interface ApartResult {
  /** Items in it. */
  readonly items: number;
  /** Groups in it. */
  readonly groups: number;
  /** What was measured on it. */
  readonly figures: PartResult;
  /** Their intervals. */
  readonly intervals: Intervals;
}

/** What a run leaves in result.json. */
export interface RunResult {
  /** How it ended. */
  readonly status: 'completed' | 'interrupted' | 'failed';
  /** The recipe's name. */
  readonly recipe: string;
  /** The recipe's seed. */
  readonly seed: number;
  /** What computed. */
  readonly engine: {
    /** native or portable */
    readonly name: string;
    /** Whether a step was one call. */
    readonly compiled: boolean;
    /** Version of libtensorflow; null on the portable engine. */
    readonly tensorflow: string | null;
  };
  /** The data and its parts. */
  readonly data: {
    /** Items of all parts. */
    readonly items: number;
    /** Items of the training part. */
    readonly train: number;
    /** Items of the validation part. */
    readonly validation: number;
    /** Items of the test part. */
    readonly test: number;
    /** How many items, groups and pairs are in two parts. */
    readonly overlap: { readonly items: number; readonly groups: number; readonly pairs: number };
  };
  /** The pairs that verification counted; null: none. */
  readonly evaluation: { readonly pairs: number; readonly positives: number; readonly hash: string } | null;
  /** How much was trained, and how fast. */
  readonly training: {
    /** Epochs done. */
    readonly epochs: number;
    /** Steps done. */
    readonly steps: number;
    /** Rows that were trained on, repeated ones counted again. */
    readonly pairs: number;
    /** Time in training steps, without evaluation. */
    readonly seconds: number;
    /** Steps by that time. */
    readonly stepsPerSecond: number;
    /** Rows by that time. */
    readonly pairsPerSecond: number;
    /** From the start of the process to the end of its first step: loading and compiling are in it. */
    readonly firstStepSeconds: number;
    /** Largest memory of the process. */
    readonly peakMemoryMiB: number;
    /** Epoch and step of the model that was kept. */
    readonly best: {
      readonly epoch: number;
      readonly step: number;
      readonly monitor: string;
      readonly value: number;
    } | null;
  };
  /** Figures of the validation part; null: there is none. */
  readonly validation: PartResult | null;
  /** Figures of the test part; null: there is none. */
  readonly test: PartResult | null;
  /** Of test, where asked for: items of groups that training has seen, and those of others; null: there are none. */
  readonly apart?: Readonly<Record<'seen' | 'unseen', ApartResult | null>>;
  /** What they are to be compared with. */
  readonly baselines: Baselines;
  /** 95% intervals by the bootstrap over groups, by path (`verification.rocAuc`); of validation where there is no test. */
  readonly intervals: {
    readonly validation?: Intervals;
    readonly test?: Intervals;
    readonly baselines: Readonly<Partial<Record<BaselineName, Intervals>>>;
  };
  /** Why something is missing, in sentences. */
  readonly notes: readonly string[];
  /** Of several runs, one for each fold: the figures are their means, and these their standard deviations (n - 1). */
  readonly deviations?: Pick<RunResult, 'validation' | 'test' | 'baselines'> & {
    readonly apart?: Readonly<Record<'seen' | 'unseen', PartResult | null>>;
  };
  /** The result of each. */
  readonly folds?: readonly (Omit<RunResult, 'folds' | 'deviations'> & { readonly folder: string })[];
}

export function partResult(
  evaluation: Evaluation,
  evaluators: readonly BoundEvaluator[],
  threshold: Threshold | null,
): PartResult {
  return Object.fromEntries(
    evaluators.map((evaluator) => {
      const { values, unsupported = {} } = evaluation[evaluator.name]!;
      const known = Object.entries(values).filter(([name]) => unsupported[name] === undefined);
      const figures = figuresOf(Object.fromEntries(known), evaluator.metrics);
      const decides = evaluator.name === 'verification' && threshold !== null;
      return [evaluator.name, decides ? { ...figures, threshold: threshold.score } : figures];
    }),
  );
}

/** By path, what has an interval. */
export function intervalsOf(evaluation: Evaluation): Intervals {
  const all = Object.entries(evaluation).flatMap(([evaluator, { intervals = {} }]) =>
    Object.entries(intervals).map(([name, interval]) => [`${evaluator}.${name}`, interval] as const),
  );
  return Object.fromEntries(all);
}

/** Values nested by family; what was not measured is null. */
export function figuresOf(values: Readonly<Record<string, number>>, metrics: Metrics): Figures {
  const figures: Record<string, number | null | Record<string, number | null>> = {};
  for (const [name, metric] of Object.entries(metrics)) {
    const value = values[name];
    const shown = value === undefined || Number.isNaN(value) ? null : value;
    if (!metric.family) {
      figures[name] = shown;
      continue;
    }
    const [family, key] = metric.family;
    figures[family] = { ...(figures[family] as Record<string, number | null> | undefined), [key]: shown };
  }
  return figures;
}

/** Paths of the metrics that a short table leaves out. */
export function detailsOf(evaluators: readonly BoundEvaluator[]): ReadonlySet<string> {
  return new Set(
    evaluators.flatMap(({ name, metrics }) =>
      Object.entries(metrics).flatMap(([metric, { detail }]) => (detail ? [`${name}.${metric}`] : [])),
    ),
  );
}

/** Sentences of the evaluators about what they could not measure. */
export function notesOf(part: string, evaluation: Evaluation): readonly string[] {
  const notes = Object.values(evaluation).flatMap((result) => (result.notes ?? []).map((note) => `${part}: ${note}`));
  return [...new Set(notes)];
}
