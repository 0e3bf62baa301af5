/** Settings of a plan that data, train and evaluate read: they do not see the recipe room. */
import type { FieldKind } from './encoder.js';

/** How a field is made; what is null is derived from the column. */
export interface FieldPlan {
  readonly kind: FieldKind | null;
  /** Names, or a pattern with `*`: several columns make one vector. null: the column of the field's own name. */
  readonly columns: readonly string[] | null;
  readonly size: readonly [height: number, width: number] | null;
  readonly channels: number | null;
  readonly shape: readonly number[] | null;
  /** Bytes 0..255 are mapped to this range; `none` leaves them; `standardize` uses the training part's mean and deviation. */
  readonly scale: readonly [number, number] | 'none' | 'standardize' | null;
  readonly missing: 'error' | 'zero' | 'mean';
  /** Text only. */
  readonly tokens: 'characters' | 'words' | null;
  readonly length: number | null;
  /** Text and categories: ids by a hash into so many buckets. null: by a vocabulary that the training part gives. */
  readonly buckets: number | null;
}
export type FieldPlans = Readonly<Record<string, FieldPlan>>;

export interface RelationsPlan {
  /** A column, or a template such as `{alphabet}/{character}`. */
  readonly group: string | null;
  readonly impostor: { readonly column: string; readonly equals: string | number | boolean } | null;
}

export type ThresholdRule =
  | { readonly type: 'equal-error' | 'best-f1' | 'best-accuracy' }
  | { readonly type: 'far-at-most'; readonly rate: number }
  /** In the units of the score that the head produces. */
  | { readonly type: 'fixed'; readonly value: number };
