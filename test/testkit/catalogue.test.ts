import { describe, expect, it } from 'vitest';
import { openEngine } from '../../core/engine/open.js';
import { type Check, checkPlugin } from '../../core/testkit/index.js';
import { builtIn } from '../../plugins/index.js';
import { dataFor } from './catalogue-data.js';

/** Every plugin of siamese passes its own kit. What does not apply says why. */
describe('the built-in catalogue', () => {
  for (const plugin of builtIn) {
    it(`${plugin.kind} ${plugin.name}`, { timeout: 120_000 }, async () => {
      await openEngine('auto', () => {});
      const checks = await checkPlugin(plugin, { owner: 'siamese', plugins: builtIn, ...dataFor(plugin) });
      expect(checks.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
      expect(checks.filter(unexplained)).toEqual([]);
      expect(checks.filter(({ outcome }) => outcome === 'pass').length).toBeGreaterThan(5);
    });
  }
});

const unexplained = ({ outcome, message }: Check): boolean => outcome === 'not-applicable' && message === '';
