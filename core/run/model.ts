import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Input, Json, Score, ThresholdRule } from '../contract/index.js';
import type { Operating } from '../evaluate/operating.js';
import type { Threshold } from '../evaluate/threshold.js';
import {
  readJsonText,
  readSafetensors,
  type StoredTensors,
  writeFolderWhole,
  writeJson,
  writeSafetensors,
} from '../files/index.js';
import { fail } from '../problem/index.js';
import type { NamedArrays } from '../train/weights.js';
import { requireForm } from './stored-form.js';

/** What a model file says beside the weights: enough to know what goes in and what comes out. */
export interface ModelDescription {
  readonly format: 1;
  readonly siamese: string;
  readonly recipe: string;
  readonly inputs: { readonly left: readonly Input[]; readonly right: readonly Input[] };
  /** Fitted fields: how raw values become inputs. */
  readonly fields: Json;
  readonly dimensions: number;
  readonly score: Score;
  readonly parameters: number;
  /** null: the last model, where nothing was monitored. */
  readonly best: {
    readonly epoch: number;
    readonly step: number;
    readonly monitor: string;
    readonly value: number;
  } | null;
}

/** The threshold that a model decides by, as threshold.json has it. */
export interface StoredThreshold {
  /** In units of the score. */
  readonly threshold: number;
  /** Polarity of the score. */
  readonly score: Score;
  /** How a pair is decided: `score <= threshold` for distances, `score >= threshold` otherwise. */
  readonly same: string;
  /** The recipe's rule that chose it. */
  readonly rule: ThresholdRule;
  /** On the validation pairs that it was chosen by. */
  readonly validation?: Operating;
}

export interface SavedModel {
  readonly description: ModelDescription;
  readonly weights: NamedArrays;
  readonly threshold: StoredThreshold | null;
}

/** Writes the model folder at once. Errors: OUTPUT. */
export async function saveModel(folder: string, model: SavedModel): Promise<void> {
  await writeFolderWhole(folder, async (beside) => {
    await writeJson(join(beside, 'model.json'), model.description);
    await writeSafetensors(join(beside, 'weights.safetensors'), toStored(model.weights));
    if (model.threshold) await writeJson(join(beside, 'threshold.json'), model.threshold);
  });
}

export function storedThreshold(
  threshold: Threshold,
  score: Score,
  { rule, operating }: { readonly rule: ThresholdRule; readonly operating: Operating | null },
): StoredThreshold {
  return {
    threshold: threshold.score,
    score,
    same: score === 'distance' ? 'score <= threshold' : 'score >= threshold',
    rule,
    ...(operating ? { validation: operating } : {}),
  };
}

/** Errors: RUN_FOLDER when a file is missing or damaged. */
export async function loadModel(folder: string): Promise<SavedModel> {
  const description = (await readJson(join(folder, 'model.json'))) as ModelDescription | null;
  if (description?.format !== 1)
    return fail(
      'RUN_FOLDER',
      `${join(folder, 'model.json')} is damaged: it is not of format 1, which this siamese reads`,
    );
  requireForm('model', description, join(folder, 'model.json'));
  const { tensors } = await readSafetensors(join(folder, 'weights.safetensors'));
  const threshold = (await readJson(join(folder, 'threshold.json'), null)) as StoredThreshold | null;
  if (threshold !== null && !(Number.isFinite(threshold.threshold) && threshold.score === description.score))
    fail(
      'RUN_FOLDER',
      `${join(folder, 'threshold.json')} is damaged: it holds no threshold of the ${description.score}`,
    );
  return { description, weights: fromStored(tensors), threshold };
}

/** Errors: RUN_FOLDER when the file is missing (unless `absent` stands for it) or no JSON. */
export async function readJson(path: string, absent?: null): Promise<unknown> {
  if (absent === null && !existsSync(path)) return null;
  const text = readJsonText(path, 'RUN_FOLDER');
  try {
    return JSON.parse(text);
  } catch {
    return fail('RUN_FOLDER', `${path} is damaged: it is not JSON`);
  }
}

export function toStored(weights: NamedArrays): StoredTensors {
  return new Map(
    Object.entries(weights).map(([name, { shape, values }]) => [name, { shape, dtype: 'F32', data: values }]),
  );
}

export function fromStored(tensors: StoredTensors): NamedArrays {
  return Object.fromEntries(
    [...tensors].map(([name, tensor]) => {
      if (tensor.dtype !== 'F32') fail('RUN_FOLDER', `the saved weight ${name} is ${tensor.dtype}, not F32`);
      return [name, { shape: tensor.shape, values: tensor.data }];
    }),
  );
}
