import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.js';

/** Hours of it: `npm run soak`. Figures go to figures.json, beside. */
const soak = mergeConfig(base, defineConfig({ test: { maxWorkers: 1, testTimeout: 3_600_000 } }));
const { projects: _, ...shared } = soak.test!;
export default { ...soak, test: { ...shared, include: ['test/soak/*.soak.ts'] } };
