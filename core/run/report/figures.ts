import { flatten } from '../figure-paths.js';
import type { Intervals, PartResult, RunResult } from '../result.js';
import { html, type Markup, raw } from './html.js';

/** Names of the baselines as the report says them. */
export const baselineNames = {
  rawInput: 'raw input',
  untrainedEncoder: 'untrained encoder',
  majority: 'majority',
  popularity: 'popularity',
} as const;

export const show = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(4);

/** Figures in large, with their intervals: the monitored one and the first of each evaluator. */
export function headline(result: RunResult): Markup {
  const [part, intervals] = result.test
    ? [result.test, result.intervals.test]
    : [result.validation, result.intervals.validation];
  if (!part) return html`<p>This run has no part to be evaluated on.</p>`;
  const values = flatten(part);
  const first = Object.keys(part).map(
    (evaluator) => [...values.keys()].find((path) => path.startsWith(`${evaluator}.`))!,
  );
  const monitor = result.training.best?.monitor;
  const paths = [...new Set([...(monitor && values.has(monitor) ? [monitor] : []), ...first])].slice(0, 4);
  return html`<div class="headline">${paths.map((path) => {
    const between = intervals?.[path];
    return html`<div><span class="soft">${breakable(path)}</span><b>${show(values.get(path))}</b>${between ? html`<span>95%: ${show(between[0])} to ${show(between[1])}</span>` : html`<span class="soft">no interval</span>`}</div>`;
  })}</div>`;
}

/** A column of the table: figures of a part, and their intervals where it is the part that is judged. */
interface Column {
  readonly name: string;
  readonly figures: ReadonlyMap<string, number | null>;
  readonly intervals?: Intervals;
}

function columnsOf({ validation, test, apart, intervals, baselines }: RunResult): readonly Column[] {
  const column = (name: string, part: PartResult | null | undefined, sure?: Intervals): Column[] =>
    part ? [{ name, figures: flatten(part), ...(sure ? { intervals: sure } : {}) }] : [];
  return [
    ...column('test', test, intervals.test ?? {}),
    ...column('test: groups seen in training', apart?.seen?.figures, apart?.seen?.intervals),
    ...column('test: groups that are new', apart?.unseen?.figures, apart?.unseen?.intervals),
    ...column('validation', validation, test ? undefined : (intervals.validation ?? {})),
    ...Object.entries(baselines).flatMap(([name, part]) =>
      column(baselineNames[name as keyof typeof baselineNames], part),
    ),
  ];
}

/** All figures, each with its interval, and the baselines beside them. */
export function figuresTable(result: RunResult): Markup {
  const columns = columnsOf(result);
  const paths = [...new Set(columns.flatMap(({ figures }) => [...figures.keys()]))].filter((path) =>
    columns.some(({ figures }) => typeof figures.get(path) === 'number'),
  );
  const heads = columns.map(
    ({ name, intervals }) =>
      html`<th scope="col">${name}</th>${intervals ? html`<th scope="col">95% interval</th>` : null}`,
  );
  const cells = (path: string): Markup =>
    html`${columns.map(
      ({ figures, intervals }) =>
        html`<td>${cell(path, figures.get(path))}</td>${intervals ? html`<td class="soft">${showInterval(intervals[path])}</td>` : null}`,
    )}`;
  const width = heads.length + columns.filter(({ intervals }) => intervals).length + 1;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All figures"><table><thead><tr><th scope="col">figure</th>${heads}</tr></thead>${rowsByEvaluator(paths, width, cells)}</table></div>`;
}

/** A row for each figure, under the name of what measured it. */
export function rowsByEvaluator(
  paths: readonly string[],
  width: number,
  cells: (path: string) => Markup,
): readonly Markup[] {
  const evaluators = [...new Set(paths.map((path) => path.slice(0, path.indexOf('.'))))];
  return evaluators.map((evaluator) => {
    const own = paths.filter((path) => path.startsWith(`${evaluator}.`));
    const rows = own.map(
      (path) => html`<tr><th scope="row">${breakable(path.slice(evaluator.length + 1))}</th>${cells(path)}</tr>`,
    );
    return html`<tbody><tr class="part"><th scope="rowgroup" colspan="${width}">${evaluator}</th></tr>${rows}</tbody>`;
  });
}

const whatBaselinesAre: Readonly<Record<keyof typeof baselineNames, string>> = {
  rawInput: 'The distance of the inputs themselves, without any network.',
  untrainedEncoder: 'The same network before its first step.',
  majority: 'Every pair gets the same answer.',
  popularity: 'Every query gets the same list: what is most often a positive in training.',
};

/** What each figure and baseline is, folded away. `meanings`: of figures, by path. */
export function glossary(
  { test, validation, baselines }: RunResult,
  meanings: Readonly<Record<string, string>>,
): Markup {
  const measured = flatten(test ?? validation ?? {});
  const told = [
    ...Object.entries(meanings).filter(([path]) => typeof measured.get(path) === 'number'),
    ...Object.keys(baselines).map((name) => {
      const known = name as keyof typeof baselineNames;
      return [baselineNames[known], whatBaselinesAre[known]] as const;
    }),
  ];
  return html`<details><summary>What the figures are</summary><dl>${told.map(([name, words]) => html`<div><dt>${breakable(name)}</dt><dd>${words}</dd></div>`)}</dl></details>`;
}

/** A name that may be broken behind its dots and before its capitals. */
export const breakable = (name: string): Markup =>
  html`${name.split(/(?<=\.)(?=[a-z])|(?=[A-Z])/).map((part, i) => html`${i > 0 ? raw('<wbr>') : null}${part}`)}`;

const cell = (path: string, value: number | null | undefined): string =>
  value === null && path.startsWith('verification.tarAtFar') ? 'too few pairs' : show(value);

const showInterval = (between: readonly [number, number] | undefined): string =>
  between ? `${show(between[0])} to ${show(between[1])}` : '';
