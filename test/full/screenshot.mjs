/**
 * A picture of the upper part of a page, light: `node test/full/screenshot.mjs RUN/report.html OUT.png [HEIGHT]`, by
 * Chromium (CHROMIUM, else /usr/bin/chromium). The pictures of the README are made so.
 */
import { resolve } from 'node:path';
import puppeteer from 'puppeteer-core';

const [file, out, height = '1180'] = process.argv.slice(2);
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.setViewport({ width: 1000, height: Number(height) });
await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
await page.goto(`file://${resolve(file)}`, { waitUntil: 'load' });
await page.screenshot({ path: out });
await browser.close();
