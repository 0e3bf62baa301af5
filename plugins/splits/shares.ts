/** What the splits share: the options `validation` and `test`, the parts that a source brings, and rounding. */
import { type Assignment, parts, type SplitView } from '../../core/contract/index.js';
import type { OptionSchema } from '../../core/plugin/options.js';
import { fail } from '../../core/problem/index.js';

export const validation = {
  type: 'number',
  minimum: 0,
  exclusiveMaximum: 1,
  default: 0.1,
  description: 'Share for validation. Where the source brings a validation part, that part serves instead.',
} as const satisfies OptionSchema;

export const test = {
  type: ['number', 'null'],
  minimum: 0,
  exclusiveMaximum: 1,
  default: null,
  description:
    'Share for the test part; null: 0.1, or the test part that the source brings, beside which no share is allowed.',
} as const satisfies OptionSchema;

const DEFAULT_TEST = 0.1;

export interface ShareOptions {
  readonly validation: number;
  readonly test: number | null;
}
/** Both are shares of one whole; what they leave is for training. */
export interface Shares {
  readonly validation: number;
  readonly test: number;
}

/** The shares where the source brings no parts. Errors: SPLIT, where they leave nothing for training. */
export function sharesOf(options: ShareOptions): Shares {
  return checked({ validation: options.validation, test: options.test ?? DEFAULT_TEST });
}

/** Errors: SPLIT, where the shares leave nothing for training even if the source brings a test part. */
export function checkShares(options: ShareOptions): void {
  checked({ validation: options.validation, test: options.test ?? 0 });
}

function checked(shares: Shares): Shares {
  if (shares.validation + shares.test < 1) return shares;
  const each = `validation ${shares.validation} and test ${shares.test}`;
  fail('SPLIT', `data.split: ${each} leave nothing for training; together they must be below 1`, {
    path: 'data.split',
  });
}

/** Rows whose part is settled by the source, and the rows left to divide with their shares. */
export interface OpenRows {
  /** Filled with `train` for the open rows. */
  readonly assigned: Assignment[];
  readonly open: Int32Array;
  readonly shares: Shares;
}

/** Errors: SPLIT, where the recipe asks for a test share of a source that brings its own test part. */
export function openRows(view: SplitView, options: ShareOptions): OpenRows {
  const { given, size } = view;
  const rows = Int32Array.from({ length: size }, (_, row) => row);
  if (!given) return { assigned: new Array<Assignment>(size).fill('train'), open: rows, shares: sharesOf(options) };
  const brought = (part: number): number => given.reduce((count, code) => count + Number(code === part), 0);
  const tests = brought(2);
  if (tests > 0 && options.test !== null) {
    const own = `the source brings its own test part of ${tests} ${view.of}`;
    fail('SPLIT', `${own}: data.split.test must be absent, got ${options.test}`, { path: 'data.split.test' });
  }
  return {
    assigned: Array.from(given, (code) => parts[code]!),
    open: rows.filter((row) => given[row] === 0),
    shares: checked({
      validation: brought(1) > 0 ? 0 : options.validation,
      test: tests > 0 ? 0 : (options.test ?? DEFAULT_TEST),
    }),
  };
}

/** How many of `count` go to validation and to test. */
export interface PartSizes {
  readonly validation: number;
  readonly test: number;
}

/**
 * Sizes by the largest remainder (ties: validation, test, training): each part gets the whole part of its quota, and
 * what is left goes one by one to the largest remainders. Then each part that is asked for gets at least `least`, at
 * the cost of those that have most to spare; where there are too few, training comes first, then validation.
 * Source: Hare 1857, Hamilton 1792.
 */
export function partSizes(count: number, shares: Shares, least: number): PartSizes {
  const quotas = [shares.validation, shares.test, 1 - shares.validation - shares.test].map((share) => share * count);
  const sizes = quotas.map((quota) => Math.floor(quota + 1e-9)); // 0.1 * 30 may fall short of 3
  const remainders = quotas.map((quota, part) => ({ part, remainder: quota - sizes[part]! }));
  remainders.sort((a, b) => b.remainder - a.remainder || a.part - b.part);
  const left = count - sizes.reduce((sum, size) => sum + size, 0);
  for (const { part } of remainders.slice(0, left)) sizes[part]!++;
  const asked = [2, 0, 1].filter((part) => quotas[part]! > 0).slice(0, Math.floor(count / least));
  fillUp(
    sizes,
    sizes.map((_, part) => (asked.includes(part) ? least : 0)),
  );
  return { validation: sizes[0]!, test: sizes[1]! };
}

/** Moves ones to parts below their minimum; the minima are no more than there is. */
function fillUp(sizes: number[], minima: readonly number[]): void {
  for (let part = sizes.findIndex((size, i) => size < minima[i]!); part >= 0; ) {
    const spare = sizes.map((size, i) => size - minima[i]!);
    sizes[spare.indexOf(Math.max(...spare))]!--;
    sizes[part]!++;
    part = sizes.findIndex((size, i) => size < minima[i]!);
  }
}

/** Parts that these shares ask for, training among them: `training, validation and test`. */
export function askedFor(shares: Shares): { readonly count: number; readonly words: string } {
  const names = ['training', ...(shares.validation > 0 ? ['validation'] : []), ...(shares.test > 0 ? ['test'] : [])];
  const words = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return { count: names.length, words };
}

/** Parts for things in random order: the first are for test, the next for validation. */
export function dealOut(order: Int32Array, sizes: PartSizes, assign: (thing: number, part: Assignment) => void): void {
  for (const [place, thing] of order.entries()) {
    if (place < sizes.test) assign(thing, 'test');
    else if (place < sizes.test + sizes.validation) assign(thing, 'validation');
    else assign(thing, 'train');
  }
}
