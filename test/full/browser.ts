import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** null: there is no Chromium here. */
export async function openBrowser(executable: string | null): Promise<Browser | null> {
  if (executable === null) return null;
  return puppeteer.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu'] });
}

export function findChromium(exists: (path: string) => boolean): string | null {
  return places.find((path) => path !== undefined && exists(path)) ?? null;
}

/** A file, opened; what its console said, and what it asked for beyond itself. */
export interface Opened {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
}

export const openFile = (browser: Browser, path: string, how: Viewed): Promise<Opened> =>
  openPage(browser, `file://${path}`, { ...how, bypass: true }); // for axe alone: the page itself has no script

interface Viewed {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** `bypass`: scripts of ours run whatever the page's policy says. */
export async function openPage(
  browser: Browser,
  url: string,
  how: Viewed & { readonly bypass: boolean },
): Promise<Opened> {
  const page = await browser.newPage();
  const [errors, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.setViewport({ width: how.width, height: 844 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: how.scheme }]);
  await page.setBypassCSP(how.bypass);
  await page.goto(url, { waitUntil: 'load' });
  return { page, errors, requests };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical faults, as axe-core finds them. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 120) + ' ' + failureSummary.slice(0, 160)).join(' | ')))`) as Promise<
    string[]
  >;
}
