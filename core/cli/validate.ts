import { printable } from '../problem/printable.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { err, out } from './terminal.js';
import type { CheckedRecipe, Format } from './validate/checked.js';
import { isValid } from './validate/checked.js';
import { type CheckOptions, createChecker } from './validate/checker.js';
import { recipeFiles } from './validate/files.js';

/** A format's code is loaded when it is asked for. */
const formats: Readonly<Record<string, () => Promise<Format>>> = {
  pretty: async () => (await import('./validate/pretty.js')).pretty,
  text: async () => (await import('./validate/pretty.js')).pretty,
  json: async () => (await import('./validate/json.js')).json,
  github: async () => (await import('./validate/github.js')).github,
  sarif: async () => (await import('./validate/sarif.js')).sarif,
  junit: async () => (await import('./validate/junit.js')).junit,
};

export interface ValidateOptions extends CheckOptions {
  readonly format: string;
  /** Two steps on a few items, too. */
  readonly smoke?: boolean;
}

/** Checks each recipe by itself. Status 1 where any has an error, 2 where there is none to check. */
export async function validate(cli: Cli, args: readonly string[], options: ValidateOptions): Promise<number> {
  if (options.smoke && options.schemas !== undefined) {
    err('--smoke trains, so it needs the code that --schemas does without: give one of the two');
    return status.usage;
  }
  if (options.smoke && options.untrusted) {
    err('--smoke runs the recipe, which --untrusted does not trust: give one of the two');
    return status.usage;
  }
  const format = await formats[options.format]!();
  const { files, out: leadingOut } = await recipeFiles(args, options.untrusted === true);
  const check = await createChecker(cli, options);
  const smoke = options.smoke ? (await import('./validate/smoke.js')).createSmoke(cli, options) : null;
  const checked: CheckedRecipe[] = [];
  const unjudged = new Set<string>();
  const needed = new Set<string>();
  for (const file of files) {
    const start = performance.now();
    const { problems, texts, code, unjudged: unknown } = await check(file);
    if (options.untrusted) for (const name of code) needed.add(name);
    const sound = !problems.some(({ severity }) => severity === 'error');
    const failed = smoke && sound ? await smoke(file) : [];
    const seconds = (performance.now() - start) / 1000;
    const one = { file, problems: [...problems, ...failed], texts, seconds, trained: smoke !== null && sound };
    for (const subject of unknown) unjudged.add(subject);
    checked.push(one);
    format.each?.(one);
  }
  const text = format.all(checked);
  if (text !== null) out(text);
  for (const link of leadingOut) err(`a link out of the folder, not followed: ${printable(link)}`);
  for (const name of needed) err(`code that a run would load, and that was not loaded: ${printable(name)}`);
  for (const subject of unjudged) err(`not judged without its code: ${printable(subject)}`);
  return checked.every(isValid) ? status.good : status.problem;
}
