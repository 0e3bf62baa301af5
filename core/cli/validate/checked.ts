import type { Problem } from '../../problem/index.js';

/** What was found in one recipe. */
export interface CheckedRecipe {
  /** As it was named. */
  readonly file: string;
  /** Sorted; warnings among them. */
  readonly problems: readonly Problem[];
  /** Texts of the recipe and what it extends, for frames. */
  readonly texts: ReadonlyMap<string, string>;
  readonly seconds: number;
  /** It was trained for two steps (--smoke). */
  readonly trained?: boolean;
}

/** A way to tell what was found. */
export interface Format {
  /** As soon as a recipe is checked. */
  each?(checked: CheckedRecipe): void;
  /** When all are: text for stdout; null where nothing is left to tell. */
  all(checked: readonly CheckedRecipe[]): string | null;
}

export const isValid = ({ problems }: CheckedRecipe): boolean => !problems.some(({ severity }) => severity === 'error');
