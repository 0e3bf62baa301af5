import type { ComparedRuns, Comparison } from '../compare.js';
import type { Difference } from '../diff.js';
import { linearAxis } from './charts/axis.js';
import { drawFigures, type Figure } from './charts/figure.js';
import { intervalChart } from './charts/intervals.js';
import { lineChart } from './charts/line.js';
import { breakable, show } from './figures.js';
import { html, type Markup } from './html.js';
import { page } from './page.js';

/** Two runs, and all that is said of them. */
export interface ComparedPage extends ComparedRuns {
  /** Where the recipes differ in meaning. */
  readonly differences: readonly Difference[];
  /** ROC curves of the two models. */
  readonly roc: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
}

/** Figures that are drawn; the table has all. */
const SHOWN = 8;

const verdicts: Readonly<Record<Comparison['verdict'], string>> = {
  better: 'B is better',
  worse: 'A is better',
  'no clear difference': 'no clear difference',
  'not comparable': 'not comparable',
};

/** Runs beside the first of them, as one file: no script, nothing that is fetched. */
export async function comparePage(compared: readonly ComparedPage[]): Promise<string> {
  const sections: Markup[] = [];
  for (const one of compared) sections.push(section(one, await drawFigures(figuresOf(one))));
  const body = html`<main><header><h1>Comparison of runs</h1><p class="soft">A figure is called better only where the 95% interval of the difference, by draws of groups (bootstrap), leaves out 0: the same draws for both where they were measured on the same items and pairs.</p></header>${sections}</main>`;
  return page('Comparison of runs', body);
}

const figuresOf = (one: ComparedPage): readonly Figure[] => [
  ...(one.comparisons.some(({ difference }) => difference) ? [differenceChart(one.comparisons)] : []),
  ...(one.roc.length === 2 ? [rocChart(one)] : []),
];

function section(one: ComparedPage, charts: readonly Markup[]): Markup {
  const { a, b, paired, comparisons } = one;
  const how = paired ? 'On the same items, draw by draw.' : 'On different items or pairs: as independent runs.';
  return html`<section><h2>A ${a}, B ${b}</h2><p class="soft">${how}</p>${comparisons.length === 0 ? html`<p>No figure of both has draws to compare by (they need at least 4 groups).</p>` : figures(comparisons)}<div class="charts">${charts}</div><h3>Where the recipes differ</h3>${recipes(one.differences)}</section>`;
}

function figures(comparisons: readonly Comparison[]): Markup {
  const rows = comparisons.map(
    ({ path, values, difference, verdict }) =>
      html`<tr><th scope="row">${breakable(path)}</th><td>${show(values[0])}</td><td>${show(values[1])}</td><td>${difference ? `${show(difference[0])} to ${show(difference[1])}` : '–'}</td><td>${verdicts[verdict]}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Figures of both"><table><thead><tr><th scope="col">figure</th><th scope="col">A</th><th scope="col">B</th><th scope="col">95% of B − A</th><th scope="col">says</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function differenceChart(comparisons: readonly Comparison[]): Figure {
  const known = comparisons
    .flatMap(({ path, values, difference }) =>
      difference ? [{ name: path, value: values[1] - values[0], low: difference[0], high: difference[1] }] : [],
    )
    .slice(0, SHOWN);
  const description = known.map(({ name, low, high }) => `${name} ${show(low)} to ${show(high)}`).join('; ');
  const chart = {
    title: 'B − A, with 95% intervals',
    description,
    x: linearAxis('B − A', [0, ...known.flatMap(({ low, high }) => [low, high])]),
  };
  return intervalChart(chart, known);
}

function rocChart({ a, b, roc }: ComparedPage): Figure {
  const chart = {
    title: 'ROC',
    description: `Of A ${a} and of B ${b}.`,
    x: linearAxis('false-accept rate', [0, 1]),
    y: linearAxis('true-accept rate', [0, 1]),
  };
  return lineChart(chart, roc);
}

function recipes(differences: readonly Difference[]): Markup {
  if (differences.length === 0) return html`<p class="soft">Nowhere: they mean the same.</p>`;
  const text = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
  const rows = differences.map(
    ({ path, a, b }) => html`<tr><th scope="row">${path}</th><td>${text(a)}</td><td>${text(b)}</td></tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Differences of the recipes"><table><thead><tr><th scope="col">setting</th><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
