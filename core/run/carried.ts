import { createHash } from 'node:crypto';
import type { Json } from '../contract/index.js';
import type { ContentHash } from '../files/index.js';
import { fail } from '../problem/index.js';
import type { Plan } from '../recipe/types.js';
import type { StepsTaken } from '../train/step.js';
import type { NamedArrays } from '../train/weights.js';
import type { Machine } from './machine.js';
import type { PluginCode } from './plugin-code.js';
import type { Session } from './session.js';

/** What a run is trained on, by hashes. */
export interface SeenData {
  readonly files: Readonly<Record<string, ContentHash>>;
  /** By part; null for the training part of a stream. */
  readonly content: Readonly<Record<string, string | null>>;
  /** The pairs that are evaluated; null: nothing is. */
  readonly pairs: string | null;
  /** The weights that training starts from. */
  readonly initial: string;
}

/** What a checkpoint carries for the run around the training. */
export interface Carried {
  readonly plan: Plan;
  readonly data: SeenData;
  readonly machine: Machine;
  /** Absent in checkpoints of older versions. */
  readonly code?: PluginCode;
  /** Bytes of metrics.jsonl: it is cut back to them. */
  readonly metrics: number;
  /** Their SHA-256; absent in checkpoints of older versions. */
  readonly metricsHash?: string;
  readonly health: Json;
  /** Positions of the trackers, in the plan's order. */
  readonly trackers: readonly Json[];
  readonly step: StepsTaken;
}

export function seenData(session: Session, files: SeenData['files'], initial: NamedArrays): SeenData {
  const counted = session.test ?? session.validation;
  const hash = createHash('sha256');
  for (const [name, { values }] of Object.entries(initial)) hash.update(name).update(values);
  return {
    files,
    content: session.data.ledger.content,
    pairs: counted?.pairs.hash ?? null,
    initial: hash.digest('hex'),
  };
}

/** Errors: RUN_FOLDER, where a checkpoint carries something else: it is not of a run. */
export function readCarried(json: Json, path: string): Carried {
  const carried = json as unknown as Partial<Carried> | null;
  const { plan, data, machine, metrics, trackers, step } = carried ?? {};
  const isWhole =
    isMap(plan) &&
    isMap(data) &&
    isMap(data.files) &&
    isMap(data.content) &&
    isMap(machine) &&
    Number.isSafeInteger(metrics) &&
    Array.isArray(trackers) &&
    isMap(step) &&
    Array.isArray(step.forms);
  return isWhole ? (carried as Carried) : fail('RUN_FOLDER', `${path} is damaged: it does not carry a run`);
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
