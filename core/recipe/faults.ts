import type { Problem } from '../problem/index.js';

/** The problems found so far, and what of the recipe they spoil: nothing is said of the consequences of a mistake. */
export class Faults {
  readonly #problems: Problem[] = [];
  readonly #broken: ReadonlySet<string>;
  /** Paths of errors, and those that they lie within: thousands of them are asked for thousands of times. */
  readonly #wrong = new Set<string>();
  readonly #around = new Set<string>();

  /** `broken`: paths whose value could not be resolved, which has been said already. */
  constructor(problems: readonly Problem[], broken: ReadonlySet<string>) {
    this.#broken = broken;
    for (const path of broken) this.#spoil(path);
    this.#record(problems);
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get failed(): boolean {
    return this.#broken.size > 0 || this.#problems.some(({ severity }) => severity === 'error');
  }

  /** Reports, unless the problem is about a value that could not be resolved. */
  add(...problems: readonly Problem[]): void {
    this.#record(
      problems.filter(({ path }) => path === undefined || !pathsAround(path).some((one) => this.#broken.has(one))),
    );
  }

  /** Whether what stands at the path, above or below it, is known to be wrong. */
  spoils(path: string): boolean {
    return this.#around.has(path) || pathsAround(path).some((one) => this.#wrong.has(one));
  }

  #record(problems: readonly Problem[]): void {
    for (const one of problems) {
      this.#problems.push(one);
      if (one.severity === 'error' && one.path !== undefined) this.#spoil(one.path);
    }
  }

  #spoil(path: string): void {
    this.#wrong.add(path);
    for (const one of pathsAround(path)) this.#around.add(one);
  }
}

/** The path and all that it lies within: `loss.margin` lies within `loss`. */
function pathsAround(path: string): string[] {
  const around = [path];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) around.push(path.slice(0, dot));
  return around;
}
