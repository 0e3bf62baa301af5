import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRecipe } from '../../core/recipe/plan.js';
import { comparedPages } from '../../core/run/compare.js';
import { lookAtData } from '../../core/run/look/look.js';
import { comparePage } from '../../core/run/report/compare-page.js';
import { dataPage } from '../../core/run/report/data-page.js';
import { writeReport } from '../../core/run/report/write.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile, temporaryFolder } from '../recipes/recipes.js';
import { runRecipe, silent } from '../run/running.js';
import { findChromium, openBrowser, openFile, seriousFaults } from './browser.js';

/** Without Chromium these are skipped with the reason; under CI its absence is a failure. */
const chromium = findChromium(existsSync);
const isAbsent = chromium === null && process.env['CI'] !== 'true';
if (isAbsent) console.log('skipped: there is no Chromium here (apt-get install chromium, or set CHROMIUM)');

const folder = temporaryFolder();

describe.skipIf(isAbsent)('report.html in Chromium', () => {
  let browser: Browser;
  const runs: Record<string, string> = {};
  beforeAll(async () => {
    if (chromium === null) throw new Error('CI=true, and there is no Chromium');
    browser = (await openBrowser(chromium))!;
    for (const name of ['glyphs', 'sequences', 'graded-ratings', 'folds']) {
      runs[name] = (await runRecipe(recipeFile(`tiny/${name}`), { out: join(folder, name) })).folder;
    }
  });
  afterAll(() => browser?.close());

  const views = [['phone', 390, 'light'], ['phone', 390, 'dark'], ['desk', 1280, 'dark']] as const; // biome-ignore format: a table
  it.each(['glyphs', 'sequences', 'graded-ratings'].flatMap((name) => views.map((view) => [name, ...view] as const)))(
    '%s on a %s of %i, %s: nothing is fetched, nothing overflows, no serious fault',
    async (name, _device, width, scheme) => {
      const path = join(runs[name]!, 'report.html');
      const { page, errors, requests } = await openFile(browser, path, { width, scheme });
      expect(errors).toEqual([]);
      expect(requests).toEqual([`file://${path}`]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const broken = '[...document.images].filter((one) => !one.complete || one.naturalWidth === 0).length';
      expect(await page.evaluate(broken)).toBe(0);
      expect(await page.evaluate('document.querySelectorAll("svg").length')).toBeGreaterThanOrEqual(3);
      expect(await seriousFaults(page)).toEqual([]);
      await page.close();
    },
  );

  it('has the embeddings of glyphs in both maps', async () => {
    const { page } = await openFile(browser, join(runs['glyphs']!, 'report.html'), { width: 390, scheme: 'light' });
    for (const [title, least] of [
      ['Embeddings', 100],
      ['Neighbourhoods (UMAP)', 100],
    ] as const) {
      const dots = `document.querySelectorAll('svg[aria-label^="${title}"] [fill^="var(--g"]').length`;
      expect(await page.evaluate(dots)).toBeGreaterThanOrEqual(least);
    }
    await page.close();
  });

  it.each(['glyphs', 'folds'])('all columns of the figures of %s fit a page of 1000', async (name) => {
    const { page } = await openFile(browser, join(runs[name]!, 'report.html'), { width: 1000, scheme: 'light' });
    const hidden = "(one => one.scrollWidth - one.clientWidth)(document.querySelector('.scroll'))";
    expect(await page.evaluate(hidden)).toBe(0);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('a comparison on a phone, %s: nothing is wrong with it', async (scheme) => {
    const path = join(folder, `comparison-${scheme}.html`);
    writeFileSync(path, await comparePage(await comparedPages([runs['glyphs']!, runs['sequences']!], builtIn)));
    const { page, errors, requests } = await openFile(browser, path, { width: 390, scheme });
    expect(errors).toEqual([]);
    expect(requests).toEqual([`file://${path}`]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await page.evaluate('document.querySelectorAll("svg").length')).toBe(2);
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  it.each(views)('all folds on a %s of %i, %s: nothing is wrong with the page', async (_device, width, scheme) => {
    const { page, errors, requests } = await openFile(browser, join(runs['folds']!, 'report.html'), { width, scheme });
    expect([...errors, ...requests]).toEqual([`file://${join(runs['folds']!, 'report.html')}`]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  it.each(
    ['glyphs', 'sequences', 'connected-records', 'random-triplets'].flatMap((name) =>
      views.map((view) => [name, ...view] as const),
    ),
  )('the data of %s on a %s of %i, %s: nothing is wrong with the page', async (name, _device, width, scheme) => {
    const { planned, registry } = await planRecipe(recipeFile(`tiny/${name}`), { registry: builtIn });
    const { signal } = new AbortController();
    const { look, samples } = await lookAtData({
      planned: planned!,
      registry: registry!,
      log: silent,
      signal,
      samples: true,
    });
    const path = join(folder, `data-${name}.html`);
    writeFileSync(path, await dataPage(look, samples!));
    const { page, errors, requests } = await openFile(browser, path, { width, scheme });
    expect([...errors, ...requests]).toEqual([`file://${path}`]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await page.evaluate('document.querySelectorAll(".pairs li").length')).toBeGreaterThanOrEqual(12);
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
  });

  it('what data and recipe say is text: no script of theirs runs, and no element of theirs is made', async () => {
    const path = join(runs['glyphs']!, 'evaluation.json');
    const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>"\'&';
    const findings = JSON.parse(readFileSync(path, 'utf8'));
    findings.neighbours[0].query.key = evil;
    findings.hardest.same[0].left.words = evil;
    writeFileSync(path, JSON.stringify(findings));
    const result = JSON.parse(readFileSync(join(runs['glyphs']!, 'result.json'), 'utf8'));
    writeFileSync(join(runs['glyphs']!, 'result.json'), JSON.stringify({ ...result, recipe: evil, notes: [evil] }));
    const report = await writeReport(runs['glyphs']!);
    const { page } = await openFile(browser, report, { width: 390, scheme: 'light' }); // with the page's own defence off
    expect(await page.title()).toContain('<script>');
    expect(await page.evaluate('document.querySelectorAll("script, img[onerror]").length')).toBe(0);
    expect(await page.evaluate('document.querySelector("h1").textContent')).toBe(evil);
  });
});
