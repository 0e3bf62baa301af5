import { readFileSync } from 'node:fs';
import type { EngineChoice } from '../engine/engine.js';
import { openEngine } from '../engine/open.js';
import { fail } from '../problem/index.js';
import { evaluateCase } from '../run/case/evaluate-case.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { pluginsOf } from './plan-recipe.js';
import { err, out } from './terminal.js';

interface EvalOptions {
  readonly input: string;
  readonly options: string;
  readonly distance?: string;
  readonly recipe?: string;
  readonly engine?: EngineChoice;
}

/** Prints `{"value": .., "gradient": {..}}` of one plugin on given numbers. */
export async function evaluateOne(
  cli: Cli,
  what: { readonly kind: string; readonly type: string },
  options: EvalOptions,
): Promise<number> {
  const inputs = parseObject(readInput(options.input), `--input ${options.input}`);
  const settings = parseObject(options.options, '--options');
  const registry = await pluginsOf(cli, options.recipe);
  await openEngine(options.engine ?? 'auto', err);
  const result = await evaluateCase({
    ...what,
    registry,
    options: settings,
    inputs: inputs as never,
    distance: options.distance,
  });
  out(JSON.stringify(result));
  return status.good;
}

function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    return fail(
      'DATA_MISSING',
      `--input ${file} cannot be read: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}`,
    );
  }
}

function parseObject(text: string, name: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail('USAGE', `${name} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail('USAGE', `${name} must be a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}
