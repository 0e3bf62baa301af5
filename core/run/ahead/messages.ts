/** What the thread that reads ahead and the one that trains say to each other: plain data. */
import type { Log, RelationsPlan } from '../../contract/index.js';
import type { EncodedRows } from '../../data/encoded-rows.js';
import type { Surveyed } from '../../data/read-ahead.js';
import type { OpenFilesOptions } from '../../files/index.js';
import type { Problem } from '../../problem/index.js';
import type { Plan, PluginUse } from '../../recipe/types.js';

/** All that the thread is started with. */
export interface ThreadRequest {
  readonly files: Omit<OpenFilesOptions, 'signal'>;
  readonly source: PluginUse;
  readonly split: PluginUse;
  /** Packages and files of plugins that have to be loaded for them, named as from the folder of `files`. */
  readonly plugins: readonly string[];
  readonly fields: Plan['data']['fields'];
  readonly relations: RelationsPlan;
  readonly fold: number;
  /** Columns that are given as codes. */
  readonly columns: readonly string[];
  readonly shuffleBuffer: number;
  readonly surveyed: Surveyed;
}

export type ToThread =
  /** Reads from this buffer of a pass on, and then pass after pass. */
  | { readonly kind: 'begin'; readonly from: number }
  /** One more buffer may be made. */
  | { readonly kind: 'more' }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'opened' }
  /** The data could not be opened here. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'buffer'; readonly rows: EncodedRows }
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] | null; readonly message: string }
  | { readonly kind: 'log'; readonly level: keyof Log; readonly message: string };
