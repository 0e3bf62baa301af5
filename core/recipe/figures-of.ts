/** Figures that are asked for where an evaluator is meant. */
import { CodeNeeded } from '../plugin/catalogue.js';
import { check } from '../plugin/check.js';
import type { Plugin } from '../plugin/define.js';
import { isFigureMeant } from '../plugin/other-names.js';
import type { Registry } from '../plugin/registry.js';
import type { Schema } from '../plugin/schema.js';
import { type Options, view } from '../plugin/view.js';

/** The evaluators that report it, by their defaults: `verification` for `accuracy`, `eer` or `roc_auc`. */
export function reportersOf(figure: string, registry: Registry): readonly string[] {
  const reports = (plugin: Plugin<'evaluator'>): boolean =>
    knownFigures(plugin).some((name) => isFigureMeant(figure, name));
  return registry
    .list('evaluator')
    .filter(reports)
    .map(({ name }) => name);
}

const known = new WeakMap<Plugin<'evaluator'>, readonly string[]>();
/** Asked for once, however many names of a recipe are none. */
function knownFigures(plugin: Plugin<'evaluator'>): readonly string[] {
  const figures = known.get(plugin) ?? figuresOf(plugin);
  known.set(plugin, figures);
  return figures;
}

/** None where they are told by code that is not here. */
function figuresOf(plugin: Plugin<'evaluator'>): readonly string[] {
  const { metrics } = view(plugin);
  if (typeof metrics !== 'function') return Object.keys(metrics);
  try {
    return Object.keys(metrics(check(plugin.options as Schema, {}).value as Options));
  } catch (error) {
    if (error instanceof CodeNeeded) return [];
    throw error;
  }
}
