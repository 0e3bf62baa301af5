import type { Tensor } from '@tensorflow/tfjs-core';
import type { LabelledBatch } from '../contract/index.js';
import * as ops from '../engine/ops.js';

/** Who some rows are: anchors, or what they are compared with. */
export interface Identities {
  /** int32 [n]; -1 = no group (or an empty place of a memory). */
  readonly labels: Tensor;
  /** int32 [n], which item of the table a row is; absent: nothing is known to be the same item (the other tower). */
  readonly items?: Tensor;
  /** int32 [n], the group whose impostor a row is, else -1; absent: there are none. */
  readonly impostorOf?: Tensor;
}

/**
 * Positive: the same group. Negative: another group, or an impostor of the other's group. An item never meets itself, and
 * a row without a group is a positive of nothing and a negative only of the group whose impostor it is.
 * anchors [a], references [r] -> two masks [a, r] of 0 and 1, float32, constants of the gradient
 */
export function batchMasks(anchors: Identities, references: Identities): Pick<LabelledBatch, 'positive' | 'negative'> {
  return ops.constant(() => {
    const [rows, columns] = [ops.expandDims(anchors.labels, 1), ops.expandDims(references.labels, 0)]; // [a, 1], [1, r]
    const grouped = ops.logicalAnd(ops.greaterEqual(rows, 0), ops.greaterEqual(columns, 0)); // [a, r]
    const same = ops.equal(rows, columns); // [a, r]
    const impostor = impostors(anchors, references); // [a, r] | null
    const different = ops.logicalAnd(grouped, ops.logicalNot(same)); // [a, r]
    const meets = others(anchors, references); // [a, r] | null
    const positive = ops.mask(ops.logicalAnd(grouped, same)); // [a, r]
    const negative = ops.mask(impostor === null ? different : ops.logicalOr(different, impostor)); // [a, r]
    const both = { positive, negative };
    return meets === null ? both : { positive: ops.mul(positive, meets), negative: ops.mul(negative, meets) };
  });
}

/** A batch whose rows are compared with one another. Without `items` every row is an item of its own. */
export function labelledBatchOf(
  embeddings: Tensor,
  labels: Tensor,
  known: Pick<Identities, 'items' | 'impostorOf'> & { readonly mostPositives?: number | null } = {},
): LabelledBatch {
  const items = known.items ?? ops.range(0, labels.shape[0]!, 1, 'int32'); // [a]
  const rows = { ...known, labels, items };
  const mostPositives = known.mostPositives ?? labels.shape[0]!;
  const references = { references: embeddings, referenceLabels: labels };
  return { embeddings, labels, ...references, ...batchMasks(rows, rows), mostPositives };
}

/** 0 where both rows are one item, else 1. -> [a, r], or null where no items are named */
function others(anchors: Identities, references: Identities): Tensor | null {
  if (!anchors.items || !references.items) return null;
  return ops.mask(ops.notEqual(ops.expandDims(anchors.items, 1), ops.expandDims(references.items, 0))); // [a, r]
}

/** Whether one of the two is an impostor of the other's group. -> [a, r] bool, or null where there are none */
function impostors(anchors: Identities, references: Identities): Tensor | null {
  const forged = (of: Tensor, by: Tensor): Tensor => ops.logicalAnd(ops.equal(of, by), ops.greaterEqual(of, 0)); // [a, r]
  const [rows, columns] = [ops.expandDims(anchors.labels, 1), ops.expandDims(references.labels, 0)]; // [a, 1], [1, r]
  const byColumn = references.impostorOf && forged(rows, ops.expandDims(references.impostorOf, 0)); // [a, r]
  const byRow = anchors.impostorOf && forged(columns, ops.expandDims(anchors.impostorOf, 1)); // [a, r]
  if (byColumn && byRow) return ops.logicalOr(byColumn, byRow); // [a, r]
  return byColumn ?? byRow ?? null;
}
