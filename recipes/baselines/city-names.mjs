/**
 * What city-names.yaml has to beat, on its own test part: recall@1 of the nearest other name by similarity of the texts.
 *   node recipes/baselines/city-names.mjs
 * Every tenth name asks among all names of the part; a name that is like nothing finds nothing.
 */
import { readFileSync } from 'node:fs';
import { view } from '../../dist/core/plugin/view.js';
import { openStream } from '../../dist/core/random/index.js';
import { nameGroups } from '../../dist/plugins/sources/group-names.js';
import { unseenGroups } from '../../dist/plugins/splits/unseen-groups.js';
import { dice, editSimilarity, trigrams } from '../generators/similarity.mjs';
import { withInterval } from './intervals.mjs';

const text = readFileSync(new URL('../data/cities/names.csv', import.meta.url), 'utf8');
const names = text
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => /^([^,]*),("(?:[^"]|"")*"|[^,]*),[^,]*,(\d+),/.exec(line))
  .map(([, id, name, city]) => ({ id, name: name.replace(/^"|"$/g, '').replaceAll('""', '"').toLowerCase(), city }));

/** The test part of the recipe: its split, its shares, its seed. */
const { groups } = nameGroups(
  'names.csv',
  names.map(({ city }) => city),
);
const asked = { size: names.length, of: 'items', groups, pairs: null, given: null };
const split = view(unseenGroups).create({ by: null, validation: 0.1, test: 0.2 }, {});
const parts = split.assign(asked, 0, openStream(1, 'split').draw(0));
const test = names.filter((_, i) => parts[i] === 'test').map((one) => ({ ...one, grams: new Set(trigrams(one.name)) }));

const baselines = {
  'exact match': (a, b) => Number(a.name === b.name),
  'edit similarity (Levenshtein)': (a, b) => editSimilarity(a.name, b.name),
  'trigrams (Dice)': (a, b) => dice(a.grams, b.grams),
};
for (const [name, similarity] of Object.entries(baselines)) {
  const cities = new Map();
  for (let i = 0; i < test.length; i += 10) {
    const query = test[i];
    let best = { score: 0, city: null };
    for (const other of test) {
      const score = other === query ? 0 : similarity(query, other);
      if (score > best.score) best = { score, city: other.city };
    }
    const counts = cities.get(query.city) ?? [0, 0];
    counts[0] += Number(best.city === query.city);
    counts[1]++;
    cities.set(query.city, counts);
  }
  console.log(`${name}: ${withInterval([...cities.values()], ([found, queries]) => found / queries)}`);
}
