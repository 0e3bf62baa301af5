import { flatten } from '../run/figure-paths.js';
import type { PartResult, RunResult } from '../run/result.js';
import { table } from './table.js';

/** Folds that a terminal has room for. */
const SHOWN = 6;

/** Of a run of folds: rows are metrics, without those of `details`; columns mean and deviation, the folds, the baselines' means. */
export function foldFigures(result: RunResult, details: ReadonlySet<string>): string {
  const part = result.test ? 'test' : 'validation';
  const means = result[part];
  if (!means) return '';
  const folds = (result.folds ?? []).slice(0, SHOWN);
  const { rawInput, untrainedEncoder, majority, popularity } = result.baselines;
  const columns: readonly (readonly [string, PartResult | null | undefined])[] = [
    [`${part}, mean`, means],
    ['deviation', result.deviations?.[part]],
    ...folds.map((one, i) => [`fold ${i + 1}`, one[part]] as const),
    ['seen groups', part === 'test' ? result.apart?.seen?.figures : null],
    ['new groups', part === 'test' ? result.apart?.unseen?.figures : null],
    ['raw input', rawInput],
    ['untrained', untrainedEncoder],
    ['majority', majority],
    ['popularity', popularity],
  ];
  const known = columns.flatMap(([name, one]) => (one ? [[name, flatten(one)] as const] : []));
  const names = [...flatten(means).keys()].filter((name) => !details.has(name));
  const show = (value: number | null | undefined): string => value?.toFixed(4) ?? '-';
  const rows = names.map((name) => [name, ...known.map(([, one]) => show(one.get(name)))]);
  return table([['', ...known.map(([name]) => name)], ...rows]);
}
