import { drawFigures } from './charts/figure.js';
import { calibrationChart, embeddingMap, learningCurves, recallAtK, rocAndDet, scoreHistogram } from './curves.js';
import { figuresTable, glossary, headline } from './figures.js';
import type { ShownNeighbours, ShownPair } from './findings.js';
import { html, type Markup, raw } from './html.js';
import type { ShownItem } from './item.js';
import type { RunSources } from './sources.js';
import { style } from './style.js';

/** The report as one file: no script, nothing that is fetched, everything of data and recipe escaped. */
export async function reportPage(run: RunSources): Promise<string> {
  const { result, findings } = run;
  const learning = await drawFigures(learningCurves(run));
  const charts = await drawFigures([
    ...scoreHistogram(run),
    ...rocAndDet(run),
    ...recallAtK(run),
    ...calibrationChart(run),
    ...embeddingMap(run),
  ]);
  const body = html`<main><header><h1>${result.recipe}</h1><p class="soft">${result.status}; ${result.training.steps} steps in ${result.training.seconds.toFixed(1)} s on ${result.engine.name}; seed ${result.seed}; ${result.data.train} items of training, ${result.data.validation} of validation, ${result.data.test} of test</p></header>
${result.notes.map((note) => html`<p class="${note.startsWith('warning') ? 'warning' : 'soft'}">${note}</p>`)}
<section><h2>Figures</h2>${headline(result)}<p class="soft">Intervals hold the figure of 95 in 100 such samples: groups were drawn again (bootstrap), since items of one group do not stand alone. Baselines are measured on ${findings.part ?? 'no part'}, each at a threshold of its own.</p>${figuresTable(result)}${glossary(result, findings.meanings ?? {})}</section>
<section><h2>Learning</h2><div class="charts">${learning}</div></section>
${charts.length > 0 ? html`<section><h2>On ${findings.part ?? 'no part'}</h2><div class="charts">${charts}</div></section>` : null}
${neighbourGallery(findings.neighbours)}
${hardPairs('Hardest same pairs', 'They belong together, and are least alike of all that were counted.', { pairs: findings.hardest.same, score: findings.score })}
${hardPairs('Hardest different pairs', 'They do not belong together, and are most alike of all that were counted.', { pairs: findings.hardest.different, score: findings.score })}
${groupTable(run)}
${folded(run)}</main>`;
  return page(result.recipe, body);
}

/** `policy`, markup: what the page may do beside showing its own pictures and style. */
export function page(title: string, body: Markup, policy = ''): string {
  return html`${raw('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'${raw(policy)}"><link rel="icon" href="data:,"><title>${title} – siamese</title><style>${style}</style></head><body>${body}</body></html>
`.markup;
}

/** An item with its picture. */
export function item({ key, image, words }: ShownItem, note: Markup | null = null): Markup {
  const picture = image && html`<img alt="${`item ${key}`}" src="${`data:image/png;base64,${image}`}">`;
  return html`${picture}${note}<span>${key}</span>${words ? html`<br><span class="soft">${words}</span>` : null}`;
}

function neighbourGallery(all: readonly ShownNeighbours[]): Markup | null {
  if (all.length === 0) return null;
  const rows = all.map(
    ({ query, found }) =>
      html`<ul class="row"><li class="item">${item(query, html`<b>query</b><br>`)}</li>${found.map(({ item: one, right, distance }) => html`<li class="item ${right ? 'right' : 'wrong'}">${item(one, html`<b>${right ? '✓ right' : '✗ wrong'}</b> ${distance.toPrecision(3)}<br>`)}</li>`)}</ul>`,
  );
  return html`<section><h2>Nearest neighbours</h2><p class="soft">Drawn queries and what is nearest to them, with the distance.</p>${rows}</section>`;
}

function hardPairs(title: string, words: string, { pairs, score }: HardPairs): Markup | null {
  if (pairs.length === 0) return null;
  return html`<section><h2>${title}</h2><p class="soft">${words}</p><ul class="pairs">${pairs.map((pair) => html`<li><div class="row"><div class="item">${item(pair.left)}</div><div class="item">${item(pair.right)}</div></div><span>${score} ${pair.score.toPrecision(4)}</span></li>`)}</ul></section>`;
}

interface HardPairs {
  readonly pairs: readonly ShownPair[];
  readonly score: string;
}

function groupTable({ findings }: RunSources): Markup | null {
  if (findings.groups.length === 0) return null;
  const share = (value: number | null | undefined): string => value?.toFixed(3) ?? '–';
  const rows = findings.groups.map(
    ({ group, name, queries, right, rejected, accepted }) =>
      html`<tr><th scope="row">${name ?? `group ${group}`}</th><td>${queries}</td><td>${share(right)}</td><td>${share(rejected)}</td><td>${share(accepted)}</td></tr>`,
  );
  const heads = ['queries', 'nearest is right', 'same pairs rejected', 'different pairs accepted'];
  return html`<section><h2>Groups that do worst</h2><p class="soft">Shares of the group's queries and pairs; pairs at the threshold chosen on validation.</p><div class="scroll" tabindex="0" role="region" aria-label="Groups that do worst"><table><thead><tr><th scope="col">group</th>${heads.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function folded({ plan, result, threshold }: RunSources): Markup {
  const { validation: _curve, ...rule } = threshold ?? {};
  const timing = {
    ...result.training,
    engine: result.engine,
    siamese: plan.siamese,
    node: plan.node,
    cores: plan.cores,
  };
  const parts: readonly (readonly [string, unknown])[] = [
    ['Time, machine and versions', timing],
    ['Threshold', threshold ? { ...rule, interval: threshold.validation?.interval ?? null } : null],
    ['Data', { ...result.data, evaluation: result.evaluation }],
    ['Plan', plan.plan],
  ];
  return html`<section><h2>Details</h2>${parts.map(([name, value]) => html`<details><summary>${name}</summary><pre>${JSON.stringify(value, null, 2)}</pre></details>`)}</section>`;
}
