import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openStream } from '../../../core/random/index.js';
import { linearAxis } from '../../../core/run/report/axes.js';
import { histogramOf } from '../../../core/run/report/histogram.js';
import { html } from '../../../core/run/report/html.js';
import { mapItems } from '../../../core/run/report/map.js';
import { encodePng } from '../../../core/run/report/png.js';

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

it('axes end at round numbers around the values', () => {
  expect(linearAxis('x', [0.13, 0.87]).ticks.map(({ at }) => at)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearAxis('x', [5, 5]).range).toEqual([4.5, 5.5]);
});

it('a PNG holds the rows that it was given', () => {
  const png = Buffer.from(encodePng({ width: 2, height: 2, channels: 1, bytes: Uint8Array.of(1, 2, 3, 4) }));
  const at = png.indexOf('IDAT');
  expect([...inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))]).toEqual([0, 1, 2, 0, 3, 4]);
});
