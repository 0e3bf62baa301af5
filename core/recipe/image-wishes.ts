import type { FieldPlans, ImageWish } from '../contract/index.js';
import { type FieldMap, isSided, type Settings } from './envelope.js';

/** Fields as the recipe writes them, or as its plan has them. */
export type Fields =
  | Settings['data']['fields']
  | FieldPlans
  | { readonly left: FieldPlans; readonly right: FieldPlans }
  | null;

/** What the recipe's fields of images ask of the source: an image is decoded in the size in which the network sees it. */
export function imageWishes(fields: Fields): readonly ImageWish[] {
  if (fields === undefined || fields === null) return [];
  const written = fields as FieldMap; // a plan says null where a recipe says nothing
  const maps = isSided(written) ? [written.left ?? {}, written.right ?? {}] : [written];
  return maps.flatMap((map) =>
    Object.entries(map)
      .filter(([, { kind, size, channels }]) => kind === 'image' || (size ?? channels ?? null) !== null)
      .map(([field, { columns, size, channels }]) => ({
        field,
        columns: columns === undefined || columns === null ? null : [columns].flat(),
        size: size ?? null,
        channels: channels ?? null,
      })),
  );
}
