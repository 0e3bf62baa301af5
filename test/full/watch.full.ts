import { existsSync } from 'node:fs';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchRun } from '../../core/run/watch/serve.js';
import { epoch, evaluated, runFolder, step } from '../run/watch/run-folder.js';
import { findChromium, openBrowser, openPage, seriousFaults } from './browser.js';

const chromium = findChromium(existsSync);
const isAbsent = chromium === null && process.env['CI'] !== 'true';
if (isAbsent) console.log('skipped: there is no Chromium here (apt-get install chromium, or set CHROMIUM)');

describe.skipIf(isAbsent)('the page of siamese watch in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    if (chromium === null) throw new Error('CI=true, and there is no Chromium');
    browser = (await openBrowser(chromium))!;
  });
  afterAll(() => browser?.close());

  it('follows the run, on a phone too, and comes back when the server was away', async () => {
    const run = runFolder();
    run.append(step(1, 0.9));
    const first = await watchRun(run.folder, 0);
    const { page, errors, requests } = await openPage(browser, first.url, {
      width: 390,
      scheme: 'light',
      bypass: false,
    });
    const shows = (text: string) =>
      page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`, { timeout: 20_000 });
    await shows('connected');
    run.append(step(2, 0.8125), epoch(1, 0.7), evaluated(1, 0.625));
    await shows('0.6250');
    expect(await page.evaluate('document.querySelectorAll("svg").length')).toBe(2);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(errors).toEqual([]);
    expect(new Set(requests)).toEqual(new Set([first.url, `${first.url}events`]));
    await first.close();
    await shows('connection lost');
    run.append(evaluated(2, 0.875));
    const second = await watchRun(run.folder, Number(new URL(first.url).port));
    await shows('0.8750');
    await shows('connected');
    await page.close();
    await second.close();
  });

  it.each(['light', 'dark'] as const)('has no serious fault of access, %s', async (scheme) => {
    const run = runFolder();
    run.append(step(1, 0.9), epoch(1, 0.7), evaluated(1, 0.625));
    const watching = await watchRun(run.folder, 0);
    const { page } = await openPage(browser, watching.url, { width: 390, scheme, bypass: true });
    expect(await seriousFaults(page)).toEqual([]);
    await page.close();
    await watching.close();
  });
});
