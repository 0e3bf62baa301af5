import { createHash } from 'node:crypto';
import { drawFigures } from '../report/charts/figure.js';
import { curvesOf } from '../report/curves.js';
import { show } from '../report/figures.js';
import { html, type Markup, raw } from '../report/html.js';
import { page } from '../report/page.js';
import type { MetricsLine } from '../report/sources.js';
import type { Followed } from './follow.js';

/** Shows what the server sends, and asks again where the connection was lost. */
const script = `
const place = document.getElementById('live');
const state = document.getElementById('connection');
const follow = () => {
  const source = new EventSource('events');
  source.onopen = () => { state.textContent = 'connected'; };
  source.onmessage = ({ data }) => { place.innerHTML = JSON.parse(data); };
  source.onerror = () => {
    state.textContent = 'connection lost: asking again';
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 1000);
  };
};
follow();
`;
const allowed = `; connect-src 'self'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/** The page itself, with what is known now: a reader without scripts sees that. */
export function livePage(recipe: string, live: Markup): string {
  const body = html`<main><p class="soft" id="connection" role="status">connecting</p><div id="live">${live}</div></main>${raw(`<script>${script}</script>`)}`;
  return page(recipe, body, allowed);
}

/** What is replaced at every change. */
export async function liveBody(run: Followed): Promise<Markup> {
  const { lines, status, monitor, seed } = run;
  const steps = lines.at(-1)?.step ?? 0;
  const charts = lines.length === 0 ? [] : await drawFigures(curvesOf(lines, { steps, monitor, kept: '' }));
  const health = lines.filter(({ kind }) => kind === 'health');
  const stop = lines.findLast(({ kind }) => kind === 'stop');
  const notes = [...health, ...(stop ? [stop] : [])];
  const told: readonly (readonly [string, string])[] = [
    ['status', status],
    ...figuresOf(run),
    ['seed', seed === null ? '–' : String(seed)],
  ];
  return html`<h1>${run.recipe}</h1><div class="headline">${told.map(([name, value]) => html`<div><span class="soft">${name}</span><b>${value}</b></div>`)}</div>
${notes.map(({ kind, name, message }) => html`<p class="${kind === 'health' ? 'warning' : 'soft'}">${name ? `${name}: ` : ''}${message ?? ''}</p>`)}
<section><h2>Learning</h2>${lines.length === 0 ? html`<p class="soft">No step has been logged yet.</p>` : html`<div class="charts">${charts}</div>`}</section>${run.hasReport ? html`<p>The run has ended: its folder holds report.html.</p>` : null}`;
}

/** Where training stands. */
function figuresOf(run: Followed): [string, string][] {
  const { lines, epochs } = run;
  const last = lines.at(-1);
  if (!last) return [];
  const epoch = lines.findLast(({ kind }) => kind === 'epoch');
  const loss = lines.findLast((line) => typeof line.loss === 'number')?.loss;
  const speed = speedOf(lines);
  const left = leftOf(run, speed);
  const monitored = run.monitor === null ? null : monitoredIn(lines, run.monitor);
  return [
    ['epoch', epochs === null ? String(epoch?.epoch ?? 0) : `${epoch?.epoch ?? 0} of ${epochs}`],
    ['step', String(last.step)],
    ['loss', show(loss)],
    ...(run.monitor === null ? [] : [[run.monitor, show(monitored)] as [string, string]]),
    ['steps/s', speed === null ? '–' : speed.toPrecision(3)],
    ['time left', run.status !== 'running' ? 'none' : left === null ? '–' : inWords(left)],
  ];
}

/** Of the last epoch; before its end, of the logged steps. */
function speedOf(lines: readonly MetricsLine[]): number | null {
  const epoch = lines.findLast(({ kind }) => kind === 'epoch');
  if (epoch?.stepsPerSecond) return epoch.stepsPerSecond;
  const steps = lines.filter(({ kind }) => kind === 'step');
  const [first, last] = [steps[0], steps.at(-1)];
  const seconds = first?.at && last?.at ? (Date.parse(last.at) - Date.parse(first.at)) / 1000 : 0;
  return seconds > 0 ? (last!.step - first!.step) / seconds : null;
}

/** Seconds of training that are left; null where nothing tells how many steps there are. */
function leftOf({ lines, steps, stepsPerEpoch, epochs }: Followed, speed: number | null): number | null {
  const epoch = lines.findLast(({ kind, epoch: number }) => kind === 'epoch' && number !== undefined && number > 0);
  const each = stepsPerEpoch ?? (epoch ? epoch.step / epoch.epoch! : null);
  const all = steps ?? (each === null || epochs === null ? null : each * epochs);
  if (all === null || speed === null || !(speed > 0)) return null;
  return Math.max(0, all - (lines.at(-1)?.step ?? 0)) / speed;
}

function monitoredIn(lines: readonly MetricsLine[], path: string): number | null {
  const dot = path.indexOf('.');
  const line = lines.findLast(({ evaluation }) => evaluation !== undefined);
  return line?.evaluation?.[path.slice(0, dot)]?.[path.slice(dot + 1)] ?? null;
}

function inWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.ceil(whole / 60)} min`
    : `${Math.floor(whole / 3600)} h ${Math.ceil((whole % 3600) / 60)} min`;
}
