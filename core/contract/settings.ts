/**
 * Settings of a plan that data, train and evaluate read: they do not see the recipe room.
 * @module settings
 */
import type { FieldKind } from './encoder.js';

/** How a field is made; what is null is derived from the column. */
export interface FieldPlan {
  /** What the field holds. */
  readonly kind: FieldKind | null;
  /** Names, or a pattern with `*`: several columns make one vector. null: the column of the field's own name. */
  readonly columns: readonly string[] | null;
  /** Images: what they are scaled to. */
  readonly size: readonly [height: number, width: number] | null;
  /** Images: 1 or 3. */
  readonly channels: number | null;
  /** Shape of one value, without the batch. */
  readonly shape: readonly number[] | null;
  /** Bytes 0..255 are mapped to this range; `none` leaves them; `standardize` uses the training part's mean and deviation. */
  readonly scale: readonly [number, number] | 'none' | 'standardize' | null;
  /** What a missing value becomes. */
  readonly missing: 'error' | 'zero' | 'mean';
  /** Text only. */
  readonly tokens: 'characters' | 'words' | null;
  /** Text and sequences: what they are cut or padded to. */
  readonly length: number | null;
  /** Text and categories: ids by a hash into so many buckets. null: by a vocabulary that the training part gives. */
  readonly buckets: number | null;
}
/** The fields of one side, by name. */
export type FieldPlans = Readonly<Record<string, FieldPlan>>;

/** Which items belong together, and which only look as if they did. */
export interface RelationsPlan {
  /** A column, or a template such as `{alphabet}/{character}`. */
  readonly group: string | null;
  /** Items whose column holds this value are negatives of their group, and positives of nothing. */
  readonly impostor: { readonly column: string; readonly equals: string | number | boolean } | null;
}

/** How the threshold is chosen on validation data. */
export type ThresholdRule =
  | { readonly type: 'equal-error' | 'best-f1' | 'best-accuracy' }
  | { readonly type: 'far-at-most'; readonly rate: number }
  /** In the units of the score that the head produces. */
  | { readonly type: 'fixed'; readonly value: number };
