/** Limits that no recipe reaches and that keep a hostile file from costing anything. */
export const LONGEST_TEXT = 2 ** 18;
export const MOST_NODES = 20_000;
export const DEEPEST = 64;
