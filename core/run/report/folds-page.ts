import { flatten } from '../figure-paths.js';
import type { PartResult, RunResult } from '../result.js';
import { baselineNames, rowsByEvaluator, show } from './figures.js';
import { html, type Markup } from './html.js';
import { page } from './page.js';

/** Of a run of folds: every figure as mean and deviation, and of each fold, whose own report is linked. */
export function foldsPage(result: RunResult): string {
  const { folds = [], deviations, training } = result;
  const part = result.test ? 'test' : 'validation';
  const each = folds.map(({ folder }) => html`<li><a href="${folder}/report.html">${folder}</a></li>`);
  const body = html`<main><header><h1>${result.recipe}</h1><p class="soft">${result.status}; ${folds.length} folds, ${training.steps} steps in ${training.seconds.toFixed(1)} s on ${result.engine.name}; seed ${result.seed}; ${result.data.items} items, each tested once</p></header>
${result.notes.map((note) => html`<p class="${note.includes('warning') ? 'warning' : 'soft'}">${note}</p>`)}
<section><h2>Figures on ${part}</h2><p class="soft">Means over the folds, and standard deviations (n − 1) of a single fold.</p>${foldsTable(result, part, deviations?.[part] ?? null)}</section>
<section><h2>Folds</h2><ul>${each}</ul></section></main>`;
  return page(result.recipe, body);
}

function foldsTable(result: RunResult, part: 'test' | 'validation', deviations: PartResult | null): Markup {
  const means = result[part];
  if (!means) return html`<p>These runs have no part to be evaluated on.</p>`;
  const folds = (result.folds ?? []).map((one) => (one[part] ? flatten(one[part]) : new Map<string, number | null>()));
  const spread = deviations ? flatten(deviations) : new Map<string, number | null>();
  const baselines = Object.entries(result.baselines).map(
    ([name, one]) => [baselineNames[name as keyof typeof baselineNames], flatten(one)] as const,
  );
  const shares = part === 'test' ? sharesOf(result) : [];
  const all = flatten(means);
  const others = [...folds, ...[...shares, ...baselines].map(([, one]) => one)];
  const paths = [...all.keys()].filter((path) => [all, ...folds].some((one) => typeof one.get(path) === 'number'));
  const cells = (path: string): Markup =>
    html`<td><b>${show(all.get(path))}</b></td><td>${show(spread.get(path))}</td>${others.map((one) => html`<td>${show(one.get(path))}</td>`)}`;
  const heads = [
    'mean',
    'deviation',
    ...folds.map((_, i) => `fold ${i + 1}`),
    ...[...shares, ...baselines].map(([name]) => name),
  ];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Figures of all folds"><table><thead><tr><th scope="col">figure</th>${heads.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>${rowsByEvaluator(paths, heads.length + 1, cells)}</table></div>`;
}

/** Means of the shares of test that are told apart. */
const sharesOf = ({ apart }: RunResult): readonly (readonly [string, ReadonlyMap<string, number | null>])[] => [
  ...(apart?.seen ? [['groups seen in training', flatten(apart.seen.figures)] as const] : []),
  ...(apart?.unseen ? [['groups that are new', flatten(apart.unseen.figures)] as const] : []),
];
