import { fileURLToPath } from 'node:url';
import base from '../../vitest.config.js';

const { projects: _, ...shared } = base.test!;

/** `npm run test:full`: what needs a browser, or much time. */
export default {
  ...base,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { ...shared, include: ['test/full/**/*.full.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
};
