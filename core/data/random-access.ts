import type { DataDescription, Part3, RandomAccessData } from '../contract/index.js';
import { fail } from '../problem/index.js';
import { copyNotes } from './copies.js';
import { groupSizes, relationCounts, valueSizes } from './counts.js';
import { decode } from './decode.js';
import { type DividedData, divideData } from './divide.js';
import { fitSides } from './fit-sides.js';
import { type ItemSet, selectItems } from './item-set.js';
import { keepLargeLedger, MANY } from './large-ledger.js';
import { keepLedger, type Ledger } from './ledger.js';
import type { DataRequest, OpenedData, Training } from './open.js';
import { createPool } from './pool.js';
import { cellTexts, encodeNames } from './relate.js';

/** Data that can be read in any order: everything is decoded once and held in memory in its smallest form. */
export async function openRandomAccess(
  data: RandomAccessData,
  description: DataDescription,
  request: DataRequest,
): Promise<OpenedData> {
  const divided = await divideData(data, request);
  const { tables, related, selections } = divided;
  const fields = await fitSides(divided, description, request);
  const { cache } = request;
  const shared = tables.left === tables.right;
  const left = await decode({ table: tables.left, fields: fields.left }, cache, 'left');
  const right = shared ? left : await decode({ table: tables.right, fields: fields.right }, cache, 'right');
  const whole: ItemSet = {
    left,
    right,
    groups: related.groups,
    impostorOf: related.impostorOf,
    pairs: data.pairs,
    triplets: data.triplets,
    column: (name) => encodeNames(cellTexts(related.columns[name]!)).codes,
  };
  const part = (name: Part3): ItemSet | null =>
    selections[name].left.length === 0 ? null : selectItems(whole, selections[name]);
  const train = part('train');
  if (!train) fail('DATA_EMPTY', `the split leaves no items for training (of ${tables.left.size})`);
  const parts = { train, validation: part('validation'), test: part('test') };
  const trainingGroups = new Set((train.groups ?? []).filter((group) => group >= 0));
  const ledger = ledgerOf(parts, selections, request);
  return {
    description,
    inputs: { left: fields.left.inputs, right: fields.right.inputs },
    fitted: fields.left === fields.right ? fields.left.state : { left: fields.left.state, right: fields.right.state },
    items: tables.left.size + (tables.left === tables.right ? 0 : tables.right.size),
    groups: trainingGroups.size,
    trainingGroups,
    groupNames: related.groupNames,
    train: trainingInMemory(train),
    validation: parts.validation,
    test: parts.test,
    ledger,
    notes: copyNotes(ledger),
    async close() {
      for (const side of new Set([left, right])) side.close?.();
      await data.close();
    },
  };
}

/** Of very many items a ledger that does not hold them one by one. */
function ledgerOf(
  parts: Readonly<Record<Part3, ItemSet | null>>,
  selections: DividedData['selections'],
  { split }: DataRequest,
): Ledger {
  const many = Object.values(parts).reduce((sum, part) => sum + (part?.left.size ?? 0), 0) > MANY;
  return many ? keepLargeLedger(parts, selections, split.disjoint) : keepLedger(parts, split.disjoint, 'data.split');
}

function trainingInMemory(all: ItemSet): Training {
  const compact = compactCodes(all.groups ?? new Int32Array());
  const items: ItemSet = {
    ...all,
    groups: all.groups?.map(compact) ?? null,
    impostorOf: all.impostorOf?.map(compact) ?? null,
  };
  const pool = createPool({
    size: items.left.size,
    rightSize: items.right.size,
    shared: items.left === items.right,
    groups: items.groups,
    pairs: items.pairs,
    triplets: items.triplets,
    impostorOf: items.impostorOf,
    column: items.column,
  });
  return {
    access: 'random',
    counts: {
      items: items.left.size,
      rightItems: items.right.size,
      groupSizes: groupSizes(items.groups ?? new Int32Array()),
      valueSizes: (column) => valueSizes(items.groups ?? new Int32Array(), items.column(column)),
      ...relationCounts(items),
    },
    async *pools() {
      yield { items, pool, index: 0 };
    },
  };
}

/**
 * Group codes without gaps, 0 .. groups-1: a proxy loss has one proxy for each. Impostors of no training group get -1.
 */
function compactCodes(groups: Int32Array): (code: number) => number {
  const present = [...new Set(groups)].filter((code) => code >= 0).sort((a, b) => a - b);
  const order = new Map(present.map((code, i) => [code, i]));
  return (code) => order.get(code) ?? -1;
}
