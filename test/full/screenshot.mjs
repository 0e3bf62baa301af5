/**
 * A picture of a part of a page, light: `node test/full/screenshot.mjs RUN/report.html OUT.png [HEADING] [HEIGHT]`, by
 * Chromium (CHROMIUM, else /usr/bin/chromium). The pictures of the README are made so.
 */
import { resolve } from 'node:path';
import puppeteer from 'puppeteer-core';

const [file, out, heading = '', height = '900'] = process.argv.slice(2);
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.setViewport({ width: 1000, height: Number(height) });
await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
await page.goto(`file://${resolve(file)}`, { waitUntil: 'load' });
const top = `[...document.querySelectorAll('h2')].find((one) => one.textContent === ${JSON.stringify(heading)})?.offsetTop ?? 0`;
const y = Math.max(0, (await page.evaluate(top)) - 10);
await page.screenshot({
  path: out,
  clip: { x: 0, y, width: 1000, height: Number(height) },
  captureBeyondViewport: true,
});
await browser.close();
