/** An axis of numbers. */
export interface Axis {
  readonly label: string;
  readonly range: readonly [low: number, high: number];
  /** Whether the range is widened to round numbers. */
  readonly whole: boolean;
  /** Whether only whole numbers are named: of steps and places. */
  readonly integers?: boolean;
  /** Where the lines are, if not at about four round numbers. */
  readonly at?: readonly number[];
  /** A vega expression of `datum.value`: what is written there. Never of data or a recipe. */
  readonly words?: string;
}

export interface AxisSettings {
  /** Default true. */
  readonly whole?: boolean;
  readonly integers?: boolean;
  /** What the range never leaves. */
  readonly within?: readonly [low: number, high: number];
}

/** Around the values. */
export function linearAxis(label: string, values: readonly number[], settings: AxisSettings = {}): Axis {
  const { whole = true, integers = false, within = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] } = settings;
  const [low, high] = rangeOf(values, integers);
  return { label, range: [Math.max(low, within[0]), Math.min(high, within[1])], whole, integers };
}

/** Of values without a unit: nothing is named, and no point lies on the edge. */
export function bareAxis(label: string, values: readonly number[]): Axis {
  const [low, high] = rangeOf(values, false);
  const room = (high - low) / 25;
  return { label, range: [low - room, high + room], whole: false, at: [] };
}

/** A single value gets some room. */
function rangeOf(values: readonly number[], integers: boolean): readonly [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const room = low < high ? 0 : integers ? 1 : Math.abs(low) / 10 || 0.5;
  return [low - room, high + room];
}

/** Position along an axis, as vega-lite has it. The label is text, whatever it says. */
export function along({ label, range, whole, integers = false, at, words }: Axis): object {
  const [low, high] = range;
  const large = Math.max(Math.abs(low), Math.abs(high)) >= 10_000;
  return {
    type: 'quantitative',
    scale: { domain: range, nice: whole ? TICKS : false, zero: false },
    axis: {
      title: label || null,
      ...(at ? { values: at } : { tickCount: TICKS }),
      ...(integers ? { tickMinStep: 1 } : {}),
      ...(words ? { labelExpr: words } : { format: large ? '.3~s' : '.4~g' }),
    },
  };
}

const TICKS = 5;
