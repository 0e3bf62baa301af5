import type { Problem } from '../problem/index.js';
import { render } from '../problem/render.js';
import { colours, err } from './terminal.js';

/** Problems on stderr, with frames. */
export function showProblems(problems: readonly Problem[], texts?: ReadonlyMap<string, string>): void {
  if (problems.length === 0) return;
  err(render(problems, { colour: colours.isColorSupported, ...(texts ? { texts } : {}) }).trimEnd());
}
