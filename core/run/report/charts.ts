import { type Axis, across, down, drawAxes, frame } from './axes.js';
import { html, type Markup } from './html.js';

export type Points = readonly (readonly [x: number, y: number])[];
export interface Series {
  readonly name: string;
  readonly points: Points;
}
export interface Chart {
  readonly title: string;
  /** What the picture tells, for those who do not see it. */
  readonly description: string;
  /** How to read it, below the picture. */
  readonly note?: string;
  readonly x: Axis;
  readonly y: Axis;
}

/** A picture with its title, and what each colour stands for. */
export function figure({ title, description, note, x, y }: Chart, names: readonly string[], inside: Markup): Markup {
  const legend =
    names.length > 1
      ? html`<ul class="legend">${names.map((name, i) => html`<li><span class="swatch s${i % 6}" aria-hidden="true"></span>${name}</li>`)}</ul>`
      : null;
  return html`<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${`${title}. ${description}`}">${drawAxes(x, y)}${inside}</svg>${legend}${note ? html`<p class="soft">${note}</p>` : null}</figure>`;
}

export function lineChart(chart: Chart, series: readonly Series[]): Markup {
  const lines = series.map(({ points }, i) => {
    const path = points
      .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b))
      .map(([a, b]) => `${across(chart.x, a).toFixed(1)},${down(chart.y, b).toFixed(1)}`);
    if (path.length === 1) {
      const [cx, cy] = path[0]!.split(',') as [string, string];
      return html`<circle class="dot s${i % 6}" cx="${cx}" cy="${cy}" r="3"/>`;
    }
    return html`<polyline class="line s${i % 6}" points="${path.join(' ')}"/>`;
  });
  return figure(
    chart,
    series.map(({ name }) => name),
    html`${lines}`,
  );
}

/** Bars of two kinds over one another; `mark`: an upright line with a word. */
export function histogramChart(
  chart: Chart,
  edges: readonly number[],
  {
    series,
    mark,
  }: {
    readonly series: readonly { readonly name: string; readonly shares: readonly number[] }[];
    readonly mark: { readonly at: number; readonly text: string } | null;
  },
): Markup {
  const bars = series.map(({ shares }, i) =>
    shares.map((share, bin) => {
      if (share === 0) return null;
      const [from, to] = [across(chart.x, edges[bin]!), across(chart.x, edges[bin + 1]!)];
      const top = down(chart.y, share);
      return html`<rect class="bar s${i}" x="${from.toFixed(1)}" width="${(to - from).toFixed(1)}" y="${top.toFixed(1)}" height="${(frame.bottom - top).toFixed(1)}"/>`;
    }),
  );
  const line = mark && mark.at >= chart.x.range[0] && mark.at <= chart.x.range[1] ? mark : null;
  const place = line ? across(chart.x, line.at) : 0;
  const side = place > frame.width / 2 ? 'end' : 'start';
  const upright =
    line &&
    html`<line class="mark" x1="${place.toFixed(1)}" x2="${place.toFixed(1)}" y1="${frame.top}" y2="${frame.bottom}"/><text class="told" x="${(place + (side === 'end' ? -5 : 5)).toFixed(1)}" y="${frame.top + 10}" text-anchor="${side}">${line.text}</text>`;
  return figure(
    chart,
    series.map(({ name }) => name),
    html`${bars}${upright}`,
  );
}

/** Points by colour; beyond the twelve colours they are used again. */
export function scatterChart(
  chart: Chart,
  points: readonly { readonly x: number; readonly y: number; readonly group: number }[],
): Markup {
  const dots = points.map(
    ({ x, y, group }) =>
      html`<circle class="g${group < 0 ? 'n' : group % 12}" cx="${across(chart.x, x).toFixed(1)}" cy="${down(chart.y, y).toFixed(1)}" r="2.4"/>`,
  );
  return figure(chart, [], html`${dots}`);
}
