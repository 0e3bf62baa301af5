/** Figures that are asked for where an evaluator is meant. */
import { CodeNeeded } from '../plugin/catalogue.js';
import { check } from '../plugin/check.js';
import type { Plugin } from '../plugin/define.js';
import type { Registry } from '../plugin/registry.js';
import type { Schema } from '../plugin/schema.js';
import { type Options, view } from '../plugin/view.js';

/** What other tools call them. */
const otherNames: Readonly<Record<string, string>> = {
  auc: 'rocAuc',
  auroc: 'rocAuc',
  ap: 'averagePrecision',
  eer: 'equalErrorRate',
  map: 'mapAtR',
  mrr: 'meanReciprocalRank',
  f1score: 'f1',
  precision1: 'precisionAt1',
};
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('@', 'at')
    .replace(/[^a-z0-9]/g, '');

/** The evaluators that report it, by their defaults: `verification` for `accuracy`, `eer` or `roc_auc`. */
export function reportersOf(figure: string, registry: Registry): readonly string[] {
  const wanted = plain(otherNames[plain(figure)] ?? figure);
  const reports = (plugin: Plugin<'evaluator'>): boolean => figuresOf(plugin).some((name) => plain(name) === wanted);
  return registry
    .list('evaluator')
    .filter(reports)
    .map(({ name }) => name);
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
