import type { Part3 } from '../../contract/index.js';
import type { DataLook, PartLook } from '../look/look.js';
import type { SamplePair, Samples } from '../look/samples.js';
import { linearAxis } from './charts/axis.js';
import { barChart } from './charts/bars.js';
import { drawFigures, type Figure } from './charts/figure.js';
import { html, type Markup } from './html.js';
import { item, page } from './page.js';

const names: Readonly<Record<Part3, string>> = { train: 'training', validation: 'validation', test: 'test' };
const order: readonly Part3[] = ['train', 'validation', 'test'];

/** A recipe's data as one file: counts by part, and pairs as the network sees them in training. No script, nothing fetched. */
export async function dataPage(look: DataLook, { same, different }: Samples): Promise<string> {
  const sizes = await groupsSection(look);
  const folds = look.folds > 1 ? html`<p class="soft">Fold 1 of ${look.folds}.</p>` : null;
  const disjoint = look.disjoint.length > 0 ? `parts proven disjoint by ${look.disjoint.join(', ')}` : 'parts may share anything'; // biome-ignore format: one line
  const body = html`<main><header><h1>Data of ${look.recipe}</h1><p class="soft">split ${look.split}; ${disjoint}</p>${folds}</header>
${look.notes.map((note) => html`<p class="${note.startsWith('warning') ? 'warning' : 'soft'}">${note}</p>`)}
<section><h2>Parts</h2>${partsTable(look)}</section>
${sizes}${missingTable(look)}
<section><h2>What training sees</h2><p class="soft">Pairs of its first batches, after augmentation.</p></section>
${pairs('Same', same)}${pairs('Different', different)}</main>`;
  return page(`Data of ${look.recipe}`, body);
}

const present = ({ parts }: DataLook): readonly (readonly [Part3, PartLook])[] =>
  order.flatMap((part) => (parts[part] ? [[part, parts[part]] as const] : []));

function partsTable(look: DataLook): Markup {
  const all = present(look).map(([, part]) => part);
  const columns: readonly (readonly [string, (part: PartLook, name: Part3) => number | null])[] = [
    ['items', ({ items }) => items],
    ['right items', ({ rightItems }) => rightItems],
    ['groups', ({ groups }) => groups?.count ?? null],
    ['items without a group', ({ groups }) => groups?.without || null],
    ['given pairs', ({ pairs: given }) => given || null],
    ['of these the same', ({ pairs: given, positives }) => (given ? positives : null)],
    ['given triplets', ({ triplets }) => triplets || null],
    ['copies within', (_part, name) => look.copies?.within[name] || null],
    ['known from training by content', (_part, name) => (name === 'train' ? null : look.copies?.between[name].train || null)],
  ]; // biome-ignore format: a table
  const shown = columns.filter(([, of]) => present(look).some(([name, part]) => of(part, name) !== null));
  const rows = present(look).map(
    ([name, part]) =>
      html`<tr><th scope="row">${names[name]}</th>${shown.map(([, of]) => html`<td>${of(part, name) ?? '–'}</td>`)}</tr>`,
  );
  const { items, groups, pairs: shared } = look.overlap;
  const overlap = html`<p class="soft">Standing in several parts: ${items} items, ${groups} groups, ${shared} pairs.</p>`;
  return all.length === 0
    ? html`<p>There is no data.</p>`
    : html`${scrolled('Parts', html`<table><thead><tr><th scope="col">part</th>${shown.map(([head]) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`)}${overlap}`;
}

const scrolled = (label: string, inside: Markup): Markup =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${inside}</div>`;

async function groupsSection(look: DataLook): Promise<Markup | null> {
  const figures = present(look).flatMap(([name, { groups }]) => (groups && groups.count > 0 ? [groupChart(names[name], groups)] : [])); // biome-ignore format: one line
  if (figures.length === 0) return null;
  return html`<section><h2>Sizes of groups</h2><div class="charts">${await drawFigures(figures)}</div></section>`;
}

/** Bars over the bins, which are named and not to scale. */
function groupChart(name: string, { sizes, count }: NonNullable<PartLook['groups']>): Figure {
  const bars = sizes.map(({ from, to, groups }) => ({
    name: from === to ? `${from}` : `${from}–${to}`,
    count: groups,
  }));
  const chart = {
    title: `${name}: ${count} groups`,
    description: bars.map((one) => `${one.count} of ${one.name} items`).join('; '),
    label: 'items of a group',
    y: linearAxis('groups', [0, ...bars.map((one) => one.count)], { integers: true }),
  };
  return barChart(chart, bars);
}

function missingTable({ missing, parts }: DataLook): Markup | null {
  const shown = order.filter((part) => parts[part] !== null);
  const columns = [...new Set(shown.flatMap((part) => Object.keys(missing[part])))];
  if (columns.length === 0) return html`<p class="soft">No value is missing.</p>`;
  const rows = columns.map(
    (column) =>
      html`<tr><th scope="row">${column}</th>${shown.map((part) => html`<td>${missing[part][column] ?? 0}</td>`)}</tr>`,
  );
  return html`<section><h2>Missing values</h2>${scrolled('Missing values', html`<table><thead><tr><th scope="col">column</th>${shown.map((part) => html`<th scope="col">${names[part]}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`)}</section>`;
}

function pairs(title: string, all: readonly SamplePair[]): Markup {
  if (all.length === 0) return html`<section><h2>${title}</h2><p class="soft">None in the first batches.</p></section>`;
  const told = ({ target, weight }: SamplePair): string =>
    [target === 0 || target === 1 ? '' : `target ${target.toPrecision(3)}`, weight === null ? '' : `weight ${weight.toPrecision(3)}`] // biome-ignore format: one line
      .filter((text) => text !== '')
      .join(', ');
  const list = all.map(
    (pair) =>
      html`<li><div class="row"><div class="item">${item(pair.left)}</div><div class="item">${item(pair.right)}</div></div><span>${told(pair)}</span></li>`,
  );
  return html`<section><h2>${title}</h2><ul class="pairs">${list}</ul></section>`;
}
