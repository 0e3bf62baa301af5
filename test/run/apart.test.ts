import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { figures } from '../../core/cli/summary.js';
import { foldFigures } from '../../core/cli/summary-folds.js';
import { evaluateRun } from '../../core/run/evaluate-run.js';
import { builtIn } from '../../plugins/index.js';
import { recipeFile } from '../recipes/recipes.js';
import { figureAt, runRecipe, silent } from './running.js';

const folder = mkdtempSync(join(tmpdir(), 'siamese-apart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const short = ['train.epochs=4', 'engine.compile=off', 'evaluate.baselines=off'];

it('items of seen groups and of new ones are measured side by side, and together are the test part', async () => {
  const out = join(folder, 'both');
  const { result } = await runRecipe(recipeFile('tiny/seen-and-unseen'), { out, set: short });
  const { seen, unseen } = result.apart!;
  expect(seen!.items + unseen!.items).toBe(result.data.test);
  expect([seen!.groups, unseen!.groups]).toEqual([14, 6]);
  for (const one of [seen!, unseen!]) {
    expect(figureAt(one.figures, 'verification.rocAuc')).toBeGreaterThan(0);
    expect(figureAt(one.figures, 'verification.threshold')).toBe(figureAt(result.test, 'verification.threshold'));
    expect(one.intervals['verification.rocAuc']).toHaveLength(2);
  }
  expect(seen!.figures).not.toEqual(unseen!.figures);
  const ledger = JSON.parse(readFileSync(join(out, 'ledger.json'), 'utf8'));
  expect(ledger.overlap).toMatchObject({ items: 0, groups: 14 });
  expect(figures(result, new Set())).toMatch(/^ +validation +test +95% +seen groups +new groups/m);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('test: groups seen in training');
  const { signal } = new AbortController();
  const again = await evaluateRun({ folder: out, builtIn, engine: null, signal, note: () => {}, log: silent });
  for (const share of ['seen', 'unseen'] as const) {
    const { intervals: _none, ...figured } = result.apart![share]!;
    expect(again.evaluated.apart![share]).toEqual({ ...figured, intervals: {} });
  }
  expect(figures(again.evaluated, new Set())).toMatch(/^ +validation +test +seen groups +new groups/m);
});

it('over folds they are means, with deviations', async () => {
  const set = ['train.epochs=1', 'engine.compile=off', 'evaluate.baselines=off', 'evaluate.seenApart=true'];
  const out = join(folder, 'folds');
  const { result } = await runRecipe(recipeFile('tiny/folds'), { out, set });
  expect(result.apart!.seen).toBeNull(); // the folds keep groups apart
  expect(result.apart!.unseen!.figures).toEqual(result.test);
  expect(result.apart!.unseen!.items * result.folds!.length).toBe(result.data.items);
  expect(result.deviations!.apart!.unseen).toEqual(result.deviations!.test);
  expect(result.deviations!.apart!.seen).toBeNull();
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('groups that are new');
  expect(foldFigures(result, new Set())).toContain('new groups');
});

it('says so where one of them has no items', async () => {
  const set = [...short, 'evaluate.seenApart=true'];
  const unseen = await runRecipe(recipeFile('tiny/unseen-groups'), { out: join(folder, 'unseen'), set });
  expect(unseen.result.apart!.seen).toBeNull();
  expect(unseen.result.apart!.unseen!.figures).toEqual(unseen.result.test); // the same items, pairs and threshold
  expect(unseen.result.notes).toContain(
    'test items of groups that training has seen are not measured apart: there are none',
  );
  const stream = await runRecipe(recipeFile('tiny/stream'), { out: join(folder, 'stream'), set });
  expect(stream.result.apart).toBeUndefined();
  expect(stream.result.notes).toContain(
    'groups that training has seen are not measured apart: the training part streams',
  );
});
