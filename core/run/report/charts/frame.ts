/** A vega-lite spec: nothing but JSON. */
export type Spec = Readonly<Record<string, unknown>>;

/** A picture in its own units: 340 wide, so that text keeps its size on a phone. The plot lies between the margins. */
export const frame = { width: 340, height: 220, left: 60, right: 20, top: 10, bottom: 42 } as const;
export const plot = {
  width: frame.width - frame.left - frame.right,
  height: frame.height - frame.top - frame.bottom,
} as const;

const axis = {
  domain: false,
  ticks: false,
  gridColor: 'var(--line)',
  labelPadding: 5,
  labelColor: 'var(--soft)',
  labelFontSize: 11,
  labelOverlap: false,
  labelFlush: false,
  titleColor: 'var(--soft)',
  titleFontSize: 11,
  titleFontWeight: 'normal',
  tickRound: false,
  translate: 0,
};

/** Colours are the page's own, and follow it from light to dark. An axis keeps its place, however long its labels are. */
const config = {
  aria: false, // the picture as a whole has its text
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis,
  axisX: { minExtent: 18, maxExtent: 18 },
  axisY: { minExtent: 43, maxExtent: 43 },
  mark: { invalid: null },
};

/** What every spec begins with: fixed margins instead of a layout that would need the widths of texts. */
export const base: Spec = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  ...plot,
  padding: { left: frame.left, right: frame.right, top: frame.top, bottom: frame.bottom },
  autosize: 'none',
  background: 'transparent',
  config,
};
