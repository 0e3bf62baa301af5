import type { Log, Part3 } from '../../contract/index.js';
import { groupSizes, relationCounts } from '../../data/counts.js';
import type { ItemSet } from '../../data/item-set.js';
import type { Ledger } from '../../data/ledger.js';
import { type OpenedData, openData } from '../../data/open.js';
import { openFiles } from '../../files/index.js';
import type { Registry } from '../../plugin/registry.js';
import type { Planned } from '../../recipe/types.js';
import { placed } from '../place.js';
import { dataRequest } from '../session.js';
import { wire } from '../wire.js';
import { countMissing, type Missing } from './missing.js';
import { type Samples, samplePairs } from './samples.js';

/** What a recipe's data is, part by part. */
export interface DataLook {
  readonly recipe: string;
  readonly split: string;
  /** Number of folds of the split; what is shown is the first. */
  readonly folds: number;
  readonly parts: Readonly<Record<Part3, PartLook | null>>;
  readonly missing: Missing;
  readonly overlap: Ledger['overlap'];
  readonly disjoint: Ledger['disjoint'];
  readonly copies: Ledger['copies'];
  readonly notes: readonly string[];
}
export interface PartLook {
  /** Items, of the left table where there are two. */
  readonly items: number;
  /** Of the right table; null: there is one. */
  readonly rightItems: number | null;
  readonly pairs: number;
  /** Of the given pairs those that are the same. */
  readonly positives: number;
  readonly triplets: number;
  /** null: the data has no groups. */
  readonly groups: GroupLook | null;
}
export interface GroupLook {
  readonly count: number;
  /** Items without a group. */
  readonly without: number;
  /** How many groups have a number of items from `from` to `to`. */
  readonly sizes: readonly { readonly from: number; readonly to: number; readonly groups: number }[];
}

export interface LookRequest {
  readonly planned: Planned;
  readonly registry: Registry;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Whether pairs are drawn to be shown. */
  readonly samples: boolean;
}

/** Opens the data as a run would, and counts; draws sample pairs where asked for. Trains nothing. Errors: those of the data. */
export async function lookAtData(
  request: LookRequest,
): Promise<{ readonly look: DataLook; readonly samples: Samples | null }> {
  const { planned, registry, log } = request;
  const { plan } = planned;
  const wired = wire({ plan, registry, log });
  const files = openFiles({ folder: planned.folder, signal: request.signal });
  try {
    const asked = dataRequest({ plan, registry, files, log }, wired);
    const data = await openData(asked);
    try {
      const missing = await countMissing({ ...asked, split: wired.split });
      const look = {
        recipe: plan.name,
        split: plan.data.split.type,
        folds: wired.split.folds,
        parts: await partsOf(data),
        missing,
        overlap: data.ledger.overlap,
        disjoint: data.ledger.disjoint,
        copies: data.ledger.copies,
        notes: data.notes,
      };
      return { look, samples: request.samples ? await samplePairs({ plan, wired, data }) : null };
    } finally {
      await data.close();
    }
  } catch (error) {
    throw placed(planned, error);
  } finally {
    wired.dispose();
    await files.close();
  }
}

async function partsOf(data: OpenedData): Promise<DataLook['parts']> {
  return {
    train: data.train.access === 'stream' ? streamedPart(data) : await trainingPart(data),
    validation: data.validation && partOf(data.validation),
    test: data.test && partOf(data.test),
  };
}

async function trainingPart({ train }: OpenedData): Promise<PartLook | null> {
  for await (const { items } of train.pools(0)) return partOf(items);
  return null;
}

function partOf(items: ItemSet): PartLook {
  const { groups } = items;
  return {
    items: items.left.size,
    rightItems: items.left === items.right ? null : items.right.size,
    ...relationCounts(items),
    groups: groups && {
      ...groupLook(groupSizes(groups)),
      without: groups.reduce((sum, group) => sum + Number(group < 0), 0),
    },
  };
}

/** Of a training part that is never held: what was counted when it was opened. */
function streamedPart({ train: { counts } }: OpenedData): PartLook {
  const { items, pairs, positives, triplets, groupSizes: sizes } = counts;
  const grouped = sizes.reduce((sum, size) => sum + size, 0);
  const groups = sizes.length > 0 ? { ...groupLook(sizes), without: items - grouped } : null;
  return { items, rightItems: null, pairs, positives, triplets, groups };
}

/** Bins 1, 2, 3-4, 5-8, ...: each is twice as wide as the one before. */
function groupLook(sizes: Int32Array): Pick<GroupLook, 'count' | 'sizes'> {
  const bins = new Map<number, number>();
  for (const size of sizes) {
    const bin = Math.ceil(Math.log2(size));
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  const found = [...bins].sort(([a], [b]) => a - b);
  const shown = found.map(([bin, groups]) => ({ from: bin === 0 ? 1 : 2 ** (bin - 1) + 1, to: 2 ** bin, groups }));
  return { count: sizes.length, sizes: shown };
}
