import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { LabelledBatch } from '../contract/index.js';
import * as ops from '../engine/ops.js';
import { batchMasks, type Identities } from './masks.js';
import type { VariableUpdate } from './optimizer.js';

export interface MemorySettings {
  /** Embeddings that are remembered. */
  readonly size: number;
  /** Steps before they are compared with: the encoder still moves too fast for what it said to hold. */
  readonly warmup: number;
}

/** What a step remembers, the newest last: embeddings [size, dimensions], and who they are, [size] each. */
export type MemorySlots = Readonly<Record<'embeddings' | 'labels' | 'items' | 'impostorOf', tfc.Variable>>;

/** An empty memory. Numbers of groups and items are kept as float32, like all that a step carries: exact to 2^24. */
export function createMemory(size: number, dimensions: number): MemorySlots {
  const empty = (): tfc.Variable => tfc.tidy(() => tfc.variable(tfc.fill([size], -1), false)); // [size]
  return {
    embeddings: tfc.tidy(() => tfc.variable(tfc.zeros([size, dimensions]), false)), // [size, dimensions]
    labels: empty(), // [size]
    items: empty(), // [size]
    impostorOf: empty(), // [size]
  };
}

/**
 * Cross-batch memory: the rows of a batch against themselves and against what the last batches were embedded as. No
 * gradient reaches the memory; an empty place is a positive and a negative of nothing, and so is every place before
 * `warmup`. An item does not meet what it was embedded as before.
 * embeddings [a, d], each identity [a] -> anchors [a, d], references [a + size, d]
 * Source: Wang, Zhang, Huang, Scott 2020, Cross-Batch Memory for Embedding Learning.
 */
export function withMemory(
  embeddings: Tensor,
  rows: Identities & { readonly items: Tensor },
  { memory, warmup, index }: { readonly memory: MemorySlots; readonly warmup: number; readonly index: Tensor },
): LabelledBatch {
  const whole = (of: Tensor): Tensor => ops.cast(of, 'int32'); // [size]
  const isRead = ops.mask(ops.greaterEqual(index, warmup)); // []
  const readable = (of: Tensor): Tensor => whole(ops.sub(ops.mul(ops.add(of, 1), isRead), 1)); // [size], else -1
  const remembered = {
    labels: readable(memory.labels),
    items: whole(memory.items),
    impostorOf: readable(memory.impostorOf),
  };
  const impostorOf = rows.impostorOf ?? nobody(rows.labels.shape[0]!); // [a]
  const join = (own: Tensor, other: Tensor): Tensor => ops.concat([own, other], 0); // [a + size]
  const references = {
    labels: join(rows.labels, remembered.labels),
    items: join(rows.items, remembered.items),
    impostorOf: join(impostorOf, remembered.impostorOf),
  };
  return {
    embeddings,
    labels: rows.labels,
    references: ops.concat([embeddings, ops.stopGradient(memory.embeddings)], 0), // [a + size, d]
    referenceLabels: references.labels,
    mostPositives: references.labels.shape[0]!,
    ...batchMasks({ ...rows, impostorOf }, references),
  };
}

/** The memory after this batch: the oldest make room. No batch is larger than the memory. */
export function remember(
  memory: MemorySlots,
  embeddings: Tensor,
  rows: Identities & { readonly items: Tensor },
): VariableUpdate[] {
  const added = rows.labels.shape[0]!;
  const pushed = (variable: tfc.Variable, newest: Tensor): VariableUpdate => {
    const kept = ops.slice(variable, [added], [variable.shape[0]! - added]); // [size - a, ...]
    return { variable, next: ops.concat([kept, ops.cast(ops.stopGradient(newest), 'float32')], 0) }; // [size, ...]
  };
  return [
    pushed(memory.embeddings, embeddings),
    pushed(memory.labels, rows.labels),
    pushed(memory.items, rows.items),
    pushed(memory.impostorOf, rows.impostorOf ?? nobody(added)),
  ];
}

/** Rows that are no group's impostors. -> int32 [rows] */
const nobody = (rows: number): Tensor => ops.cast(ops.sub(ops.zeros([rows]), 1), 'int32'); // [rows]
