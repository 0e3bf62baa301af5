import type { Problem } from '../problem/index.js';

/** The problems found so far, and what of the recipe they spoil: nothing is said of the consequences of a mistake. */
export class Faults {
  readonly #problems: Problem[] = [];
  readonly #broken: ReadonlySet<string>;

  /** `broken`: paths whose value could not be resolved, which has been said already. */
  constructor(problems: readonly Problem[], broken: ReadonlySet<string>) {
    this.#problems.push(...problems);
    this.#broken = broken;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get failed(): boolean {
    return this.#broken.size > 0 || this.#problems.some(({ severity }) => severity === 'error');
  }

  /** Reports, unless the problem is about a value that could not be resolved. */
  add(...problems: readonly Problem[]): void {
    this.#problems.push(
      ...problems.filter(({ path }) => path === undefined || ![...this.#broken].some((one) => within(path, one))),
    );
  }

  /** Whether what stands at the path, above or below it, is known to be wrong. */
  spoils(path: string): boolean {
    const wrong = this.#problems.flatMap((one) =>
      one.severity === 'error' && one.path !== undefined ? [one.path] : [],
    );
    return [...wrong, ...this.#broken].some((one) => within(one, path) || within(path, one));
  }
}

/** `loss.margin` lies within `loss`. */
function within(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}
