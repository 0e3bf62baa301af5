/**
 * What febrl-records.yaml has to beat, on its own pairs: F1 on test at the threshold that is best on validation. With the
 * folder of a run of it also how far the run is ahead, on the same draws of people.
 *   node recipes/baselines/febrl-records.mjs [RUN]
 * The pairs that are not the same were chosen as likest by trigrams of the whole record: they are the hardest ones for that
 * similarity, which is measured at its worst here, and easier for any other.
 */
import { readFileSync } from 'node:fs';
import { dice, editSimilarity, jaroWinkler, trigrams } from '../generators/similarity.mjs';
import { withInterval } from './intervals.mjs';

const read = (name) => {
  const text = readFileSync(new URL(`../data/febrl/${name}`, import.meta.url), 'utf8');
  const [head, ...rows] = text.trim().split('\n').map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(head.map((key, i) => [key, row[i]])));
};
const byKey = (rows) => new Map(rows.map((row) => [row.record, row]));
const [originals, copies] = [byKey(read('originals.csv')), byKey(read('copies.csv'))];
const pairs = read('pairs.csv').map(({ original, copy, same, part }) => ({
  part,
  same: Number(same),
  person: original,
  left: originals.get(original),
  right: copies.get(copy),
}));
const fields = ['given_name', 'surname', 'postcode', 'state'];

/** Mean over the fields; one that is missing is like nothing. */
const meanOf = (similarity) => (a, b) =>
  fields.reduce((sum, name) => sum + (a[name] && b[name] ? similarity(a[name], b[name]) : 0), 0) / fields.length;
const gramsOf = (record) => new Set(fields.flatMap((name) => (record[name] ? trigrams(record[name]) : [])));

const baselines = {
  'exact match of first name, surname and postcode': (a, b) =>
    Number(['given_name', 'surname', 'postcode'].every((name) => a[name] !== '' && a[name] === b[name])),
  'edit similarity (Levenshtein), mean of the fields': meanOf(editSimilarity),
  'Jaro-Winkler, mean of the fields': meanOf(jaroWinkler),
  'trigrams (Dice), mean of the fields': meanOf((a, b) => dice(new Set(trigrams(a)), new Set(trigrams(b)))),
  'trigrams (Dice) of the whole record, which chose the candidates': (a, b) => dice(gramsOf(a), gramsOf(b)),
};
const run = process.argv[2] ? await modelScores(process.argv[2]) : null;
for (const [name, similarity] of Object.entries(baselines)) {
  const own = countsOf(pairs.map(({ left, right }) => similarity(left, right)));
  console.log(`${name}: ${withInterval(own, f1)}`);
  if (!run) continue;
  const both = run.map((counts, i) => [...counts, ...own[i]]);
  console.log(`  the run is ahead by ${withInterval(both, (sums) => f1(sums.slice(0, 3)) - f1(sums.slice(3)))}`);
}
if (run) console.log(`the run: ${withInterval(run, f1)}`);

/** Of the model of a run, what is counted of each person. */
async function modelScores(folder) {
  const { loadModel } = await import('siamese');
  const model = await loadModel(folder);
  const rowsOf = (side) => pairs.map((pair) => Object.fromEntries(fields.map((name) => [name, pair[side][name] || null])));
  const distances = await model.compare(rowsOf('left'), rowsOf('right'));
  model.close();
  return countsOf(Array.from(distances, (distance) => -distance));
}

/** Of each person of the test part, at the threshold of validation: right, accepted, positives. */
function countsOf(scores) {
  const scored = pairs.map((pair, i) => ({ ...pair, score: scores[i] }));
  const threshold = bestThreshold(scored.filter(({ part }) => part === 'validation'));
  const people = new Map();
  for (const { person, score, same, part } of scored) {
    if (part !== 'test') continue;
    const counts = people.get(person) ?? [0, 0, 0];
    if (score >= threshold) counts[1]++;
    if (score >= threshold && same) counts[0]++;
    counts[2] += same;
    people.set(person, counts);
  }
  return [...people.values()];
}

function f1([right, accepted, positives]) {
  return (2 * right) / (accepted + positives);
}

/** Halfway between the two scores between which F1 is best. */
function bestThreshold(scored) {
  const sorted = [...scored].sort((a, b) => b.score - a.score);
  const positives = sorted.filter(({ same }) => same).length;
  let found = 0;
  let best = { f1: -1, threshold: 0 };
  for (const [i, { score, same }] of sorted.entries()) {
    found += same;
    const next = sorted[i + 1]?.score ?? score - 1;
    const value = (2 * found) / (i + 1 + positives);
    if (next !== score && value > best.f1) best = { f1: value, threshold: (score + next) / 2 };
  }
  return best.threshold;
}
