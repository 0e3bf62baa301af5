import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openStream } from '../../../core/random/index.js';
import { drawFigures } from '../../../core/run/report/charts/figure.js';
import { embeddingMap } from '../../../core/run/report/curves.js';
import { figuresTable, glossary } from '../../../core/run/report/figures.js';
import { worstGroups } from '../../../core/run/report/groups.js';
import { histogramOf } from '../../../core/run/report/histogram.js';
import { html } from '../../../core/run/report/html.js';
import { mapItems } from '../../../core/run/report/map.js';
import { encodePng } from '../../../core/run/report/png.js';
import type { RunResult } from '../../../core/run/result.js';

describe('html', () => {
  it('escapes every value, in text and in attributes, and nothing twice', () => {
    const inner = html`<b title="${'"\'<>&'}">${'<i>'}</b>`;
    expect(html`<p>${inner}${[1, '&']}${null}</p>`.markup).toBe(
      '<p><b title="&quot;&#39;&lt;&gt;&amp;">&lt;i&gt;</b>1&amp;</p>',
    );
    expect(html`${'a\u0000b\u001b\n'}`.markup).toBe('a\uFFFDb\uFFFD\n');
  });
});

describe('the map', () => {
  it('is the plane of most variance: an ellipse keeps its axes', () => {
    const draw = openStream(1, 'map').draw();
    const values = Float32Array.from({ length: 300 * 3 }, (_, i) => [10, 0.1, 3][i % 3]! * draw.normal());
    const rows = Int32Array.from({ length: 300 }, (_, i) => i);
    const { points, explained } = mapItems(
      { values, size: 300, dimensions: 3 },
      {
        groups: Array(300).fill(0),
        draw,
      },
    );
    expect(explained[0] + explained[1]).toBeGreaterThan(0.999);
    const mean = [0, 2].map((k) => rows.reduce((sum, row) => sum + values[row * 3 + k]! / 300, 0));
    const signs = points[0]!.x * (values[0]! - mean[0]!) > 0 ? 1 : -1;
    const off = points.map(({ x }, i) => Math.abs(signs * x - (values[i * 3]! - mean[0]!)));
    expect(Math.max(...off)).toBeLessThan(1.5); // of a deviation of 10
  });
});

it('the map shows the principal plane, then neighbourhoods with how to read them; of few items the plane alone', async () => {
  const points = [{ x: 0, y: 1, group: 0 }, { x: 2, y: 3, group: 1 }]; // biome-ignore format: two points
  const pictures = async (map: object): Promise<string[]> => {
    const figures = embeddingMap({ findings: { map: { explained: [0.5, 0.25], points, ...map } } } as never);
    return (await drawFigures(figures)).map(({ markup }) => markup);
  };
  const [plane, near] = (await pictures({ neighbourhoods: points })) as [string, string];
  expect(plane).toContain(
    'aria-label="Embeddings, a colour for each group. 2 items of 2 groups along the two principal',
  );
  expect(plane).toContain('first principal component (50% of the variance)');
  expect(near).toContain('aria-label="Neighbourhoods (UMAP), a colour for each group. 2 items of 2 groups in a plane');
  expect(near).toContain('how far apart clusters lie, and how large they are, does not.</p>');
  expect(near.match(/fill="var\(--g\d+\)"/g)).toEqual(['fill="var(--g0)"', 'fill="var(--g1)"']);
  expect(await pictures({})).toEqual([plane]);
});

describe('histogramOf', () => {
  it('holds each pair once, by weight', () => {
    const block = (target: number, scores: number[]) => ({ score: Float32Array.from(scores), closeness: Float32Array.from(scores), target: new Float32Array(scores.length).fill(target), weight: new Float32Array(scores.length).fill(1), left: new Int32Array(scores.length), right: new Int32Array(scores.length) }); // biome-ignore format: one block
    const histogram = histogramOf([block(1, [0, 0.1, 0.2]), block(0, [3, 4])])!;
    expect(histogram.same.reduce((a, b) => a + b)).toBeCloseTo(1, 3);
    expect(histogram.different.reduce((a, b) => a + b)).toBeCloseTo(1, 3);
    expect(histogram.edges).toHaveLength(41);
    expect(histogramOf([])).toBeNull();
  });
});

it('groups fare as a loop over their queries and pairs says', () => {
  const draw = openStream(2, 'groups').draw();
  const groups = Int32Array.from({ length: 60 }, (_, row) => (row % 7) - 1); // some rows have no group
  const rows = (count: number) => Int32Array.from({ length: count }, () => draw.below(60));
  const nearest = Array.from(rows(80), (query) => ({ query, right: draw.uniform() < 0.5 })).filter(({ query }) => groups[query]! >= 0); // biome-ignore format: one list
  const [left, right] = [rows(300), rows(300)];
  const target = Float32Array.from(left, (row, i) => Number(groups[row]! >= 0 && groups[row] === groups[right[i]!]));
  const closeness = Float32Array.from(left, () => draw.uniform());
  const weight = Float32Array.from(left, () => 1 + draw.below(2));
  const pairs = [{ left, right, target, closeness, score: closeness, weight }];
  const found = worstGroups({ nearest, pairs, groups, names: ['a', 'b', 'c', 'd', 'e', 'f'], threshold: 0.6 });
  expect(found.map(({ right: share }) => share)).toEqual(found.map((one) => one.right).sort((a, b) => a! - b!));
  expect(found.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  for (const { group, queries, right: share, rejected, accepted } of found) {
    const asked = nearest.filter(({ query }) => groups[query] === group);
    expect([queries, share]).toEqual([asked.length, asked.filter((one) => one.right).length / asked.length]);
    const weigh = (chosen: (i: number) => boolean) => weight.reduce((sum, one, i) => sum + (chosen(i) ? one : 0), 0);
    const own = (i: number) => groups[left[i]!] === group || groups[right[i]!] === group;
    const same = (i: number) => own(i) && target[i] === 1;
    const different = (i: number) => own(i) && target[i] === 0;
    expect(rejected).toBe(weigh((i) => same(i) && closeness[i]! < 0.6) / weigh(same));
    expect(accepted).toBe(weigh((i) => different(i) && closeness[i]! >= 0.6) / weigh(different));
  }
  const [undecided] = worstGroups({ nearest: [], pairs, groups, names: null, threshold: null });
  expect(undecided).toBeUndefined();
});

describe('the table of figures', () => {
  const result = {
    test: { verification: { rocAuc: 0.9, tarAtFar: { 0.1: 0.5, 0.001: null } }, retrieval: { recallAt: { 1: 0.25 } } },
    validation: { verification: { rocAuc: 0.8 } },
    intervals: { test: { 'verification.rocAuc': [0.85, 0.95] }, baselines: {} },
    baselines: { majority: { verification: { rocAuc: 0.5, tarAtFar: { 0.1: 0, 0.001: 0 } } } },
  } as unknown as RunResult;

  it('has each interval beside its figure, under the name of what measured it', () => {
    const { markup } = figuresTable(result);
    const heads = [...markup.matchAll(/<th scope="col">([^<]+)</g)].map((one) => one[1]);
    expect(heads).toEqual(['figure', 'test', '95% interval', 'validation', 'majority']);
    expect(markup).toContain('<th scope="rowgroup" colspan="5">retrieval</th>');
    expect(markup).toContain(
      'roc<wbr>Auc</th><td>0.9000</td><td class="soft">0.8500 to 0.9500</td><td>0.8000</td><td>0.5000</td>',
    );
    expect(markup).toContain('<td>too few pairs</td>');
  });

  it('is explained as far as it was measured', () => {
    const { markup } = glossary(result, { 'verification.rocAuc': 'An area.', 'verification.brier': 'A mean.' });
    expect(markup).toContain('<dd>An area.</dd>');
    expect(markup).not.toContain('A mean.');
    expect(markup).toContain('<dt>majority</dt><dd>Every pair gets the same answer.</dd>');
  });
});

it('a PNG holds the rows that it was given', () => {
  const png = Buffer.from(encodePng({ width: 2, height: 2, channels: 1, bytes: Uint8Array.of(1, 2, 3, 4) }));
  const at = png.indexOf('IDAT');
  expect([...inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))]).toEqual([0, 1, 2, 0, 3, 4]);
});
