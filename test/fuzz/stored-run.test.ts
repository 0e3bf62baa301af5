import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'vitest';
import { readStoredRun } from '../../core/run/stored-run.js';
import { anyJson, damaged, fuzz, fuzzFolder } from './fuzz.js';

const folder = fuzzFolder();

const good = Buffer.from(
  JSON.stringify({ siamese: '0', plan: { name: 'a', plugins: [] }, folder: '/', recipe: null, origins: {} }),
);
const odd = fc
  .tuple(fc.constantFrom('plan', 'folder', 'recipe', 'origins', 'x'), anyJson)
  .map(([key, json]) => Buffer.from(`{"plan":{"plugins":[]},"folder":"/","${key}":${json}}`));
const plan = fc.oneof(
  damaged(good),
  odd,
  anyJson.map((json) => Buffer.from(json)),
);
const result = fc.oneof(
  damaged(Buffer.from('{"status":"finished"}')),
  anyJson.map((json) => Buffer.from(json)),
);

test('any run folder is a run or a problem', () =>
  fuzz('stored run', fc.tuple(plan, result), ([planned, ended]) => {
    writeFileSync(join(folder, 'plan.json'), planned);
    writeFileSync(join(folder, 'result.json'), ended);
    return readStoredRun(folder);
  }));
