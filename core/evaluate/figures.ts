import type { Accumulator, EvaluatorResult } from '../contract/index.js';
import { fail } from '../problem/index.js';

type Values = Readonly<Record<string, number>>;

/** How messages call an evaluator: as the recipe does. */
export const named = ({ name, plugin = name }: { readonly name: string; readonly plugin?: string }): string =>
  `evaluator ${plugin}`;

/** What an evaluator began, if blocks can be added to it. Errors: PLUGIN_FAILED. */
export function requireAccumulator<B>(begun: Accumulator<B> | undefined, evaluator: string): Accumulator<B> {
  if (typeof begun?.add === 'function' && typeof begun.result === 'function') return begun;
  return fail('PLUGIN_FAILED', `${evaluator} began nothing: begin must return { add, result }`);
}

/**
 * What an evaluator returned, if it is figures: they are written and compared as numbers long after. NaN stands for what
 * could not be measured. Errors: PLUGIN_FAILED.
 */
export function requireFigures(result: EvaluatorResult | undefined, evaluator: string): EvaluatorResult {
  if (!isMap(result)) return fail('PLUGIN_FAILED', `${evaluator} returned nothing: result must return { values }`);
  requireNumbers(result.values, `${evaluator} returned`);
  const { notes, curves, unsupported } = result;
  const wrong =
    (notes !== undefined && !isTexts(notes) && 'notes that are no list of sentences') ||
    (curves !== undefined && !isMap(curves) && 'curves that are no map of lists of points') ||
    (unsupported !== undefined && !isMap(unsupported) && 'unsupported that is no map of reasons');
  return wrong ? fail('PLUGIN_FAILED', `${evaluator} returned ${wrong}`) : result;
}

/** Figures by name. `who`: begins the message. Errors: PLUGIN_FAILED. */
export function requireNumbers(values: Values | undefined, who: string): Values {
  if (!isMap(values)) return fail('PLUGIN_FAILED', `${who} no values: they must be a map of names to numbers`);
  const wrong = Object.entries(values).find(([, value]) => typeof value !== 'number');
  if (!wrong) return values;
  const given = JSON.stringify(wrong[1]) ?? 'nothing';
  return fail('PLUGIN_FAILED', `${who} ${given} as ${wrong[0]}: a figure must be a number, or NaN`);
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');
