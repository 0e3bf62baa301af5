import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, it, vi } from 'vitest';
import { bareAxis, linearAxis } from '../../../core/run/report/charts/axis.js';
import { barChart } from '../../../core/run/report/charts/bars.js';
import { deviate, deviateAxis } from '../../../core/run/report/charts/deviate.js';
import { svgOf } from '../../../core/run/report/charts/draw.js';
import { drawFigures, type Figure } from '../../../core/run/report/charts/figure.js';
import { histogramChart } from '../../../core/run/report/charts/histogram.js';
import { intervalChart } from '../../../core/run/report/charts/intervals.js';
import { lineChart } from '../../../core/run/report/charts/line.js';
import { scatterChart } from '../../../core/run/report/charts/scatter.js';

const [WIDTH, HEIGHT] = [260, 168]; // of the plot
const told = { title: 'A title', description: 'what it tells' };
const [x, y] = [linearAxis('across', [0, 10]), linearAxis('up', [0, 1])];
const at = (a: number, b: number): [number, number] => [(a / 10) * WIDTH, (1 - b) * HEIGHT];

const drawn = async (figure: Figure): Promise<string> => (await drawFigures([figure]))[0]!.markup;
/** Elements of the marks of a kind, in the order in which they were drawn. */
function marks(svg: string, kind: string): string[] {
  const groups = svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^>]*>(.*?)</g>`, 'gs'));
  return [...groups].flatMap(([, inside]) => inside!.match(/<(path|line|text)[^>]*>/g) ?? []);
}
const numbers = (text: string): number[] => (text.match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? []).map(Number);
const place = (mark: string): number[] => numbers(/translate\(([^)]*)\)/.exec(mark)![1]!);
const path = (mark: string): number[] => numbers(/ d="([^"]*)"/.exec(mark)![1]!);
const paint = (mark: string): string => /(?:fill|stroke)="(var[^"]*)"/.exec(mark)![1]!;
function near(found: readonly number[], wanted: readonly number[], within = 0.01): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((one, i) => {
    expect(Math.abs(one - wanted[i]!), `${found} for ${wanted}`).toBeLessThan(within);
  });
}
/** Words of the axes and where they stand. */
const words = (svg: string): [text: string, ...place: number[]][] =>
  [...svg.matchAll(/<text [^>]*transform="translate\(([^)]*)\)[^>]*>([^<]*)</g)].map((one) => [
    one[2]!,
    ...numbers(one[1]!),
  ]);

const names = ['a.b[0]', '</script>', 'datum.x'];
const [first, second, third] = names as [string, string, string];
/** A picture of every kind, with names of all that nobody should call a group. */
const every: Readonly<Record<string, Figure>> = {
  lines: lineChart(
    { ...told, x: linearAxis(first, [0, 10]), y: linearAxis(third, [0, 1]) },
    names.map((name, i) => ({ name, points: [[i, 0.5], [10, 0.25]] })), // biome-ignore format: two points
  ),
  histogram: histogramChart(
    { ...told, x: linearAxis(second, [0, 2], { whole: false }), y },
    { edges: [0, 1, 2], series: [{ name: first, shares: [0.5, 0] }], mark: { at: 1, text: third } },
  ),
  scatter: scatterChart({ ...told, x: bareAxis(first, [0, 1]), y: bareAxis('', [0, 1]) }, [{ x: 0, y: 1, group: 3 }]),
  intervals: intervalChart(
    { ...told, x },
    names.map((name, i) => ({ name, low: i, value: i + 1, high: i + 2 })),
  ),
  bars: barChart(
    { ...told, label: third, y },
    names.map((name) => ({ name, count: 1 })),
  ),
  deviates: lineChart({ ...told, x: deviateAxis('x'), y: deviateAxis('y') }, [
    { name: 'one', points: [[-1, 1], [2, -2]] }, // biome-ignore format: two points
  ]),
};

describe('marks lie where the scale puts them', () => {
  it('lines', async () => {
    const points = [[0, 0], [1, 0.5], [4, 0.25], [10, 1]] as const; // biome-ignore format: points
    const svg = await drawn(lineChart({ ...told, x, y }, [{ name: 'a', points: [...points, [Number.NaN, 1]] }, { name: 'b', points: [[5, 0.75]] }])); // biome-ignore format: one line
    const lines = marks(svg, 'line').filter((one) => one.includes(' d="M'));
    expect(lines).toHaveLength(1);
    near(
      path(lines[0]!),
      points.flatMap(([a, b]) => at(a, b)),
    );
    expect(paint(lines[0]!)).toBe('var(--s0)');
    const [dot] = marks(svg, 'symbol');
    near(place(dot!), at(5, 0.75));
    expect(paint(dot!)).toBe('var(--s1)');
  });

  it('a line goes through its points in their order, upright where they are, and no point is further from it than 0.4', async () => {
    const wave = Array.from({ length: 300 }, (_, i) => [i / 30, 0.5 + 0.4 * Math.sin(i / 20)] as const);
    const points = [[0, 0], [0, 0.5], ...wave] as const; // biome-ignore format: an upright start
    const [line] = marks(await drawn(lineChart({ ...told, x, y }, [{ name: 'a', points }])), 'line');
    const flat = path(line!);
    const kept = Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!] as const);
    expect(kept.length).toBeLessThan(80);
    near(kept[0]!, at(0, 0));
    near(kept[1]!, at(0, 0.5));
    near(kept.at(-1)!, at(...(wave.at(-1) as [number, number])));
    const off = points.map(([a, b]) => Math.min(...kept.slice(1).map((to, i) => distance(at(a, b), kept[i]!, to))));
    expect(Math.max(...off)).toBeLessThan(0.41);
  });

  it('bars of a histogram, and its mark', async () => {
    const series = [{ name: 'same', shares: [0.5, 0, 1] }, { name: 'different', shares: [0.25, 0.5, 0] }]; // biome-ignore format: two
    const figure = (mark: { at: number; text: string }) =>
      histogramChart({ ...told, x, y }, { edges: [0, 2, 4, 10], series, mark });
    const svg = await drawn(figure({ at: 3, text: 'here' }));
    const bars = marks(svg, 'rect');
    const bar = (from: number, to: number, share: number) => [
      ...at(from, share),
      ((to - from) / 10) * WIDTH,
      share * HEIGHT,
    ];
    const wanted = [bar(0, 2, 0.5), bar(4, 10, 1), bar(0, 2, 0.25), bar(2, 4, 0.5)];
    bars.forEach((one, i) => { near(path(one).slice(0, 4), wanted[i]!); }); // biome-ignore format: one line
    expect(bars.map(paint)).toEqual(['var(--s0)', 'var(--s0)', 'var(--s1)', 'var(--s1)']);
    const [rule] = marks(svg, 'rule');
    near(place(rule!)[0] === undefined ? [] : [place(rule!)[0]!], [at(3, 0)[0]]);
    expect(rule).toContain('x2="0"');
    expect(words(svg)).toContainEqual(['here', at(3, 0)[0] + 5, 10]);
    expect(words(await drawn(figure({ at: 7, text: 'there' })))).toContainEqual(['there', at(7, 0)[0] - 5, 10]);
    expect(await drawn(figure({ at: 11, text: 'outside' }))).not.toContain('outside');
  });

  it('points of a plane, each in the colour of its group', async () => {
    const points = [{ x: 0, y: 0.5, group: 0 }, { x: 10, y: 1, group: 13 }, { x: 2, y: 0.1, group: -1 }]; // biome-ignore format: three
    const dots = marks(await drawn(scatterChart({ ...told, x, y }, points)), 'symbol');
    dots.forEach((one, i) => { near(place(one), at(points[i]!.x, points[i]!.y)); }); // biome-ignore format: one line
    expect(dots.map(paint)).toEqual(['var(--g0)', 'var(--g1)', 'var(--soft)']);
  });

  it('intervals, and 0', async () => {
    const intervals = [{ name: 'one', low: -1, value: 0.5, high: 1 }, { name: 'two', low: 0.25, value: 0.5, high: 1 }]; // biome-ignore format: two
    const svg = await drawn(intervalChart({ ...told, x: linearAxis('', [-1, 1]) }, intervals));
    const to = (value: number): number => ((value + 1) / 2) * WIDTH;
    const [zero, ...lines] = marks(svg, 'rule');
    near([place(zero!)[0]!], [to(0)]);
    const row = (i: number): number => ((i + 0.75) / 2) * HEIGHT;
    lines.forEach((line, i) => {
      const [left, top] = place(line) as [number, number];
      const [x2] = numbers(/x2="([^"]*)"/.exec(line)![1]!) as [number];
      near(
        [Math.min(left, left + x2), Math.max(left, left + x2), top],
        [to(intervals[i]!.low), to(intervals[i]!.high), row(i)],
      );
    });
    marks(svg, 'symbol').forEach((dot, i) => { near(place(dot), [to(0.5), row(i)]); }); // biome-ignore format: one line
    expect(words(svg)).toContainEqual(['two', 0, row(1) - 5]);
  });

  it('bars by name, each below its word', async () => {
    const svg = await drawn(barChart({ ...told, label: 'sizes', y }, [{ name: '1', count: 0.5 }, { name: '2–3', count: 1 }])); // biome-ignore format: one line
    const bars = marks(svg, 'rect').map(path);
    near(bars[0]!.slice(1, 4), [HEIGHT / 2, bars[0]![2]!, HEIGHT / 2]);
    near(bars[1]!.slice(1, 4), [0, bars[1]![2]!, HEIGHT]);
    const middles = bars.map(([left, , width]) => left! + width! / 2);
    near(middles, [WIDTH / 4, (3 * WIDTH) / 4], 1); // bands are of whole pixels
    const named = words(svg).filter(([text]) => text === '1' || text === '2–3');
    near([named[0]![1]!, named[1]![1]!], middles, 1);
  });

  it('words and lines of the axes', async () => {
    const svg = await drawn(lineChart({ ...told, x, y }, [{ name: 'a', points: [[0, 0], [10, 1]] }])); // biome-ignore format: one line
    const told_ = words(svg).map(([text]) => text);
    expect(told_).toEqual(['0', '2', '4', '6', '8', '10', 'across', '0', '0.2', '0.4', '0.6', '0.8', '1', 'up']);
    const stood = new Map(words(svg).map(([text, ...where]) => [text, where]));
    near(stood.get('6')!.slice(0, 1), [at(6, 0)[0]]);
    expect(stood.get('6')![1]).toBeGreaterThan(0); // below the axis, which lies at the plot's foot
    expect(stood.get('6')![1]).toBeLessThan(30);
    expect(stood.get('0.4')![0]).toBeLessThan(0); // left of the plot
    expect(Math.abs(stood.get('0.4')![1]! - at(0, 0.4)[1])).toBeLessThan(6);
  });
});

describe('axes', () => {
  const ticks = async (axis: ReturnType<typeof linearAxis>): Promise<string[]> => {
    const svg = await drawn(
      lineChart({ ...told, x: axis, y: bareAxis('', [0, 1]) }, [{ name: '', points: [axis.range] }]),
    );
    return words(svg).map(([text]) => text);
  };

  it('end at round numbers around the values', async () => {
    expect(await ticks(linearAxis('', [0.13, 0.87]))).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
    expect(linearAxis('x', [5, 5]).range).toEqual([4.5, 5.5]);
    expect(linearAxis('x', []).range).toEqual([0, 1]);
    expect(await ticks(linearAxis('', [0, 40_000]))).toEqual(['0', '10k', '20k', '30k', '40k']);
    expect((await ticks(linearAxis('', [0, 4e-8])))[1]).toBe('1e-8');
  });

  it('of whole numbers name no others, and shares stay among 0..1', async () => {
    const whole = { integers: true };
    expect(await ticks(linearAxis('', [1, 10], whole))).toEqual(['0', '2', '4', '6', '8', '10']);
    expect(await ticks(linearAxis('', [60], whole))).toEqual(['59', '60', '61']);
    expect(await ticks(linearAxis('', [0, 3], whole))).toEqual(['0', '1', '2', '3']);
    expect((await ticks(linearAxis('', [0.98], { within: [0, 1] }))).at(-1)).toBe('1');
  });

  it('of both errors are named by shares', async () => {
    expect(await ticks(deviateAxis(''))).toEqual(['0.1%', '1%', '10%', '50%', '90%', '99%']);
    near([deviate(0.5), deviate(0.975), deviate(0)], [0, 1.959964, -3.090232]);
  });
});

describe('every kind of chart', () => {
  const schema = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('vega-lite/vega-lite-schema.json'), 'utf8'),
  );
  const valid = new Ajv({ strict: false, validateFormats: false }).compile(schema);

  it.each(Object.entries(every))('%s: is a valid vega-lite spec, plain JSON', (_kind, { spec }) => {
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    valid(spec);
    expect((valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual([]);
  });

  it.each(Object.entries(every))('%s: names are text, and no code is made of them', async (_kind, figure) => {
    const refuse = (): never => { throw new Error('code made of text'); }; // biome-ignore format: one line
    vi.stubGlobal('Function', new Proxy(Function, { apply: refuse, construct: refuse }));
    try {
      const svg = await drawn(figure);
      expect(svg).not.toContain('</script>');
      const shown = JSON.stringify(figure.names.length > 1 ? figure : figure.spec);
      for (const name of names)
        if (shown.includes(name)) expect(svg).toContain(name.replace('<', '&lt;').replace('>', '&gt;'));
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it.each(Object.entries(every))(
    '%s: one text stands for it, and the same spec is drawn to the same bytes',
    async (_kind, figure) => {
      const svg = await drawn(figure);
      expect(svg).toContain(
        '<svg viewBox="0 0 340 220" role="img" aria-label="A title. what it tells"><g aria-hidden="true">',
      );
      expect(svg.match(/<svg/g)).toHaveLength(1);
      expect(svg).not.toMatch(/ (id|href|xlink:href|on\w+)=|<style|url\(/); // ids of several pictures would be one another's
      expect(svg).not.toMatch(/NaN|undefined|null|Infinity/);
      await drawFigures(Object.values(every));
      expect(await drawn(figure)).toBe(svg);
    },
  );
});

it('what no document may hold is not drawn, and what vega complains of is told', async () => {
  const odd = barChart({ ...told, label: 'a\u0000b', y }, [{ name: 'c\u001bd', count: 1 }]);
  expect(words(await drawn(odd)).map(([text]) => text)).toEqual(expect.arrayContaining(['c\uFFFDd', 'a\uFFFDb']));
  await expect(svgOf({ ...odd.spec, mark: 'nothing' })).rejects.toThrow();
  const unread = {
    ...odd.spec,
    encoding: { size: { field: 'name', type: 'quantitative', scale: { type: 'nothing' } } },
  };
  await expect(svgOf(unread)).rejects.toThrow('vega: ');
});

/** Of a point from a piece of a line. */
function distance([px, py]: readonly number[], [ax, ay]: readonly number[], [bx, by]: readonly number[]): number {
  const steps = Array.from({ length: 201 }, (_, i) => i / 200);
  return Math.min(...steps.map((t) => Math.hypot(px! - ax! - t * (bx! - ax!), py! - ay! - t * (by! - ay!))));
}
