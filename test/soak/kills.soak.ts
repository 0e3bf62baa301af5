import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDifferences } from '../../core/run/identical.js';
import { recipeFile, temporaryFolder, tinyRecipes } from '../recipes/recipes.js';
import { note } from './figures.js';
import { runStraight, runWithKills } from './kills.js';

/** How often each recipe is killed, and which: SOAK_KILLS=20, SOAK_RECIPES=glyphs|stream, SOAK_FORMS=compiled,eager,portable. */
const kills = Number(process.env['SOAK_KILLS'] ?? 20);
const chosen = new RegExp(process.env['SOAK_RECIPES'] ?? '.');
const asked = (process.env['SOAK_FORMS'] ?? 'compiled,eager,portable').split(',');

const forms: Readonly<Record<string, readonly string[]>> = {
  compiled: ['--set', 'engine={ name: native, compile: auto }'],
  eager: ['--set', 'engine={ name: native, compile: off }'],
  portable: ['--set', 'engine={ name: portable }'],
};
const folder = temporaryFolder();
/** After so many runs a recipe that always ends before its kills is let be; its figures say so. */
const ROUNDS = 20;

describe.each(asked)('%s', (form) => {
  it.each(tinyRecipes.filter((name) => chosen.test(name)))(
    '%s leaves the same bytes, however it is killed',
    async (name) => {
      const run = { recipe: recipeFile(name), options: forms[form]! };
      const straight = join(folder, form, name, 'straight');
      const time = await runStraight({ ...run, out: straight });
      const during = { start: 0, training: 0, write: 0 };
      const differences: string[] = [];
      let [killed, rounds] = [0, 0];
      while (killed < kills && rounds < ROUNDS) {
        const out = join(folder, form, name, `round-${rounds++}`);
        const one = await runWithKills({ ...run, out, time, kills: kills - killed, seed: rounds });
        for (const state of ['start', 'training', 'write'] as const) during[state] += one.during[state];
        killed += one.killed;
        differences.push(...(await runDifferences(straight, out)));
        rmSync(out, { recursive: true });
      }
      rmSync(straight, { recursive: true });
      note(`kills, ${form}`, name, { killed, ...during, runs: rounds, differences: differences.length });
      expect(differences).toEqual([]);
      expect(killed).toBeGreaterThan(0);
    },
  );
});
