import base from './vitest.config.ts';

/** `npm run test:full`: what needs a browser, or much time. */
export default {
  ...base,
  test: { ...base.test, include: ['test/full/**/*.full.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
};
