import { html, type Markup } from './html.js';

export interface Axis {
  readonly label: string;
  readonly range: readonly [number, number];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** Inside of a chart, in its units: 340 wide, so that text keeps its size on a phone. */
export const frame = { width: 340, height: 220, left: 60, right: 320, top: 10, bottom: 178 } as const;

export const across = ({ range: [low, high] }: Axis, value: number): number =>
  frame.left + ((value - low) / (high - low || 1)) * (frame.right - frame.left);
export const down = ({ range: [low, high] }: Axis, value: number): number =>
  frame.bottom - ((value - low) / (high - low || 1)) * (frame.bottom - frame.top);

const STEPS = [1, 2, 2.5, 5, 10];

export interface AxisSettings {
  /** Whether the range is widened to the outermost round numbers. Default true. */
  readonly whole?: boolean;
  /** Whether only whole numbers are named: of steps and places. */
  readonly integers?: boolean;
  /** What the range never leaves. */
  readonly within?: readonly [low: number, high: number];
}

/** Of values without a unit: nothing is named, and no point lies on the edge. */
export function bareAxis(label: string, values: readonly number[]): Axis {
  const [low, high] = rangeOf(values, false);
  const room = (high - low) / 25;
  return { label, range: [low - room, high + room], ticks: [] };
}

/** About four round numbers in the range of the values. */
export function linearAxis(label: string, values: readonly number[], settings: AxisSettings = {}): Axis {
  const { whole = true, integers = false, within = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] } = settings;
  const [low, high] = rangeOf(values, integers);
  const rough = integers ? Math.max(1, (high - low) / 4) : (high - low) / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * STEPS.find((one) => one * size >= rough && !(integers && one * size === 2.5))!;
  const [first, last] = whole
    ? [Math.floor(low / step), Math.ceil(high / step)]
    : [Math.ceil(low / step), Math.floor(high / step)];
  const all = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  const ticks = all.filter((at) => at >= within[0] && at <= within[1]);
  return {
    label,
    range: whole ? [ticks[0]!, ticks.at(-1)!] : [low, high],
    ticks: ticks.map((at) => ({ at, text: shortNumber(at) })),
  };
}

/** A single value gets some room. */
function rangeOf(values: readonly number[], integers: boolean): readonly [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const room = low < high ? 0 : integers ? 1 : Math.abs(low) / 10 || 0.5;
  return [low - room, high + room];
}

export const shortNumber = (value: number): string =>
  Math.abs(value) >= 10_000 ? `${Number((value / 1000).toPrecision(3))}k` : String(Number(value.toPrecision(4)));

/** Lines and words of both axes. */
export function drawAxes(x: Axis, y: Axis): Markup {
  return html`${y.ticks.map(({ at, text }) => {
    const place = down(y, at).toFixed(1);
    return html`<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${place}" y2="${place}"/><text x="${frame.left - 5}" y="${place}" dy="4" text-anchor="end">${text}</text>`;
  })}${x.ticks.map(({ at, text }) => {
    const place = across(x, at).toFixed(1);
    return html`<line class="grid" y1="${frame.top}" y2="${frame.bottom}" x1="${place}" x2="${place}"/><text x="${place}" y="${frame.bottom + 15}" text-anchor="middle">${text}</text>`;
  })}<text class="axis" x="${(frame.left + frame.right) / 2}" y="${frame.height - 8}" text-anchor="middle">${x.label}</text><text class="axis" x="${-(frame.top + frame.bottom) / 2}" y="11" transform="rotate(-90)" text-anchor="middle">${y.label}</text>`;
}
