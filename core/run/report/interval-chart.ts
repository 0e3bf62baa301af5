import { type Axis, across, down, frame } from './axes.js';
import { type Chart, figure } from './charts.js';
import { html, type Markup } from './html.js';

export interface NamedInterval {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A line for each interval with its name above, a dot at the value, and an upright line at 0. */
export function intervalChart(chart: Omit<Chart, 'y'>, intervals: readonly NamedInterval[]): Markup {
  const y: Axis = { label: '', range: [intervals.length, 0], ticks: [] };
  const zero = across(chart.x, 0).toFixed(1);
  const rows = intervals.map(({ name, value, low, high }, i) => {
    const at = down(y, i + 0.75).toFixed(1);
    const [from, to] = [across(chart.x, low).toFixed(1), across(chart.x, high).toFixed(1)];
    return html`<text x="${frame.left}" y="${at}" dy="-5">${name}</text><line class="line s0" x1="${from}" x2="${to}" y1="${at}" y2="${at}"/><circle class="dot s0" cx="${across(chart.x, value).toFixed(1)}" cy="${at}" r="3"/>`;
  });
  const upright = html`<line class="mark" x1="${zero}" x2="${zero}" y1="${frame.top}" y2="${frame.bottom}"/>`;
  return figure({ ...chart, y }, [], html`${upright}${rows}`);
}
