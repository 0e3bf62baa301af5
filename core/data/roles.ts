/** What an item is in its batch. Items of a labelled batch are neither left nor right. */
export type Role = 'left' | 'right' | 'anchor' | 'positive' | 'negative' | 'item';

/**
 * The side that an augmentation for `left` or `right` means: anchors are left, what they are compared with is right.
 */
export const sideOf: Readonly<Record<Role, 'left' | 'right' | null>> = {
  left: 'left',
  anchor: 'left',
  right: 'right',
  positive: 'right',
  negative: 'right',
  item: null,
};
