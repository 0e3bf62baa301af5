import type {
  DataDescription,
  FieldPlans,
  Files,
  Input,
  Json,
  Pool,
  RelationsPlan,
  SamplerCounts,
  SourceInstance,
  SplitDeclarations,
  SplitInstance,
} from '../contract/index.js';
import type { CacheRequest } from './cache/request.js';
import type { ItemSet } from './item-set.js';
import type { Ledger } from './ledger.js';
import { describeSource, openSource } from './open-source.js';
import { openRandomAccess } from './random-access.js';
import type { StartReadAhead } from './read-ahead.js';
import { openStreamed } from './stream.js';
import { wantedColumns } from './wanted.js';

/** All that is needed to turn a source into the parts of a run. */
export interface DataRequest {
  readonly source: SourceInstance;
  readonly files: Files;
  readonly split: SplitInstance & SplitDeclarations;
  /** Which fold is held out; 0 without folds. */
  readonly fold: number;
  readonly relations: RelationsPlan;
  readonly fields: FieldPlans | { readonly left: FieldPlans; readonly right: FieldPlans } | null;
  /**
   * Columns that the split, the sampler or an evaluator names: read as codes, and no input unless a field names them.
   */
  readonly columns: readonly string[];
  /** Columns that the source's own options name (its group, its key): no input unless a field names them. */
  readonly ownColumns: readonly string[];
  readonly shuffleBuffer: number;
  readonly seed: number;
  /** Where decoded items may lie instead of in memory. Absent: they are held. */
  readonly cache?: CacheRequest;
  /** How a stream is read ahead. Absent: it is read between the steps. */
  readonly readAhead?: StartReadAhead;
  /** Fitted fields of a finished run: `evaluate` must see what training saw. */
  readonly fitted?: Json;
}

/** The items that the sampler may combine now, and their pool. */
export interface TrainingPool {
  readonly items: ItemSet;
  readonly pool: Pool;
  /** Number of the pool within the epoch, from 0. */
  readonly index: number;
}

/** The training part: one pool for data in memory, one after another for a stream. */
export interface Training {
  readonly access: 'random' | 'stream';
  /** Of the training part; of a stream in total, not buffer by buffer. */
  readonly counts: Omit<SamplerCounts, 'batchSize'>;
  /** Those of an epoch, from one on; the first by default. */
  pools(epoch: number, from?: number): AsyncIterable<TrainingPool>;
}

export interface OpenedData {
  readonly description: DataDescription;
  /** Inputs of the left and the right encoder: the same list unless the data has two tables. */
  readonly inputs: { readonly left: readonly Input[]; readonly right: readonly Input[] };
  /** Fitted fields, saved with the model. */
  readonly fitted: Json;
  readonly items: number;
  /** Groups that the training part knows. */
  readonly groups: number;
  /** Codes of these groups, as validation and test have them; null: not known, of a stream. */
  readonly trainingGroups: ReadonlySet<number> | null;
  /** What the data calls the groups of validation and test, by their codes; null: it has no names for them. */
  readonly groupNames: readonly string[] | null;
  readonly train: Training;
  readonly validation: ItemSet | null;
  readonly test: ItemSet | null;
  readonly ledger: Ledger;
  /** What the user should know, in sentences. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens the source, relates and divides its items, fits the fields on the training part. Whatever fails, it is closed.
 */
export async function openData(request: DataRequest): Promise<OpenedData> {
  const description = await describeSource(request);
  const data = await openSource(request, wantedColumns(description, request));
  try {
    return data.access === 'random'
      ? await openRandomAccess(data, description, request)
      : await openStreamed(data, description, request);
  } catch (error) {
    await data.close();
    throw error;
  }
}
