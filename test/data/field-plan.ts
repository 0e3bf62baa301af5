import type { FieldPlan } from '../../core/contract/index.js';

/** A field of which the recipe says nothing. */
export const field: FieldPlan = {
  kind: null,
  columns: null,
  size: null,
  channels: null,
  shape: null,
  scale: null,
  missing: 'error',
  tokens: null,
  length: null,
  buckets: null,
};
