import type { PartResult, RunResult } from '../result.js';
import { html, type Markup } from './html.js';

/** Names of the baselines as the report says them. */
export const baselineNames = {
  rawInput: 'raw input',
  untrainedEncoder: 'untrained encoder',
  majority: 'majority',
  popularity: 'popularity',
} as const;

/** Every figure by its path. */
export function flatten(part: PartResult): ReadonlyMap<string, number | null> {
  const values = new Map<string, number | null>();
  for (const [evaluator, figures] of Object.entries(part)) {
    for (const [name, value] of Object.entries(figures)) {
      if (value === null || typeof value === 'number') values.set(`${evaluator}.${name}`, value);
      else for (const [key, member] of Object.entries(value)) values.set(`${evaluator}.${name}${key}`, member);
    }
  }
  return values;
}

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
    return html`<div><span class="soft">${path}</span><b>${show(values.get(path))}</b>${between ? html`<span>95%: ${show(between[0])} to ${show(between[1])}</span>` : html`<span class="soft">no interval</span>`}</div>`;
  })}</div>`;
}

/** All figures, with the baselines beside them. */
export function figuresTable({ validation, test, apart, intervals, baselines }: RunResult): Markup {
  const sure = (test ? intervals.test : intervals.validation) ?? {};
  const others = Object.entries(baselines) as [keyof typeof baselineNames, PartResult][];
  const columns: [string, PartResult][] = [
    ...(validation ? [['validation', validation] as [string, PartResult]] : []),
    ...(test ? [['test', test] as [string, PartResult]] : []),
    ...(apart?.seen ? [['test: groups seen in training', apart.seen.figures] as [string, PartResult]] : []),
    ...(apart?.unseen ? [['test: groups that are new', apart.unseen.figures] as [string, PartResult]] : []),
    ...others.map(([name, part]): [string, PartResult] => [baselineNames[name], part]),
  ];
  const flat = columns.map(([, part]) => flatten(part));
  const paths = [...new Set(flat.flatMap((part) => [...part.keys()]))].filter((path) =>
    flat.some((part) => typeof part.get(path) === 'number'),
  );
  const cell = (path: string, value: number | null | undefined): string =>
    value === null && path.startsWith('verification.tarAtFar') ? 'too few pairs' : show(value);
  const rows = paths.map((path) => {
    const between = sure[path];
    return html`<tr><th scope="row">${path}</th>${flat.map((part) => html`<td>${cell(path, part.get(path))}</td>`)}<td>${between ? `${show(between[0])} to ${show(between[1])}` : ''}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All figures"><table><thead><tr><th scope="col">figure</th>${columns.map(([name]) => html`<th scope="col">${name}</th>`)}<th scope="col">95% interval (${test ? 'test' : 'validation'})</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
