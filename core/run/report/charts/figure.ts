import { html, type Markup, raw } from '../html.js';
import { frame, type Spec } from './frame.js';

/** A picture before it is drawn: what it tells, and its vega-lite spec. */
export interface Figure extends Told {
  /** What each colour stands for, in their order; of one series nothing is said. */
  readonly names: readonly string[];
  readonly spec: Spec;
}

export interface Told {
  readonly title: string;
  /** What the picture tells, for those who do not see it. */
  readonly description: string;
  /** How to read it, below the picture. */
  readonly note?: string;
}

/** Colours of series; beyond them they are used again. */
export const COLOURS = 6;

/** All pictures, each with its title and what its colours stand for. Vega is loaded for the first of them. */
export async function drawFigures(figures: readonly Figure[]): Promise<Markup[]> {
  if (figures.length === 0) return [];
  const { svgOf } = await import('./draw.js');
  const drawn: Markup[] = [];
  for (const figure of figures) drawn.push(framed(figure, await svgOf(figure.spec)));
  return drawn;
}

/** One text stands for the whole picture: its ticks and marks by themselves tell nobody anything. */
function framed({ title, description, note, names }: Figure, inside: string): Markup {
  const legend =
    names.length > 1
      ? html`<ul class="legend">${names.map((name, i) => html`<li><span class="swatch s${i % COLOURS}" aria-hidden="true"></span>${name}</li>`)}</ul>`
      : null;
  return html`<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${`${title}. ${description}`}"><g aria-hidden="true">${raw(inside)}</g></svg>${legend}${note ? html`<p class="soft">${note}</p>` : null}</figure>`;
}
