/**
 * Writes the small data sets of the tiny recipes, recipes/tiny/data/: the same bytes on every machine.
 *   node recipes/generators/make-tiny.mjs [--out FOLDER]
 * Their vectors hide what tells the groups apart (three values) among what does not (five values, twice as loud), so that
 * neither the raw input nor an untrained encoder gets far.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { encodeNpy, encodeNpz } from '../../dist/core/files/index.js';
import { marks } from './marks.mjs';
import { random } from './random.mjs';

const { values: options } = parseArgs({
  options: { out: { type: 'string', default: fileURLToPath(new URL('../tiny/data', import.meta.url)) } },
});
const folder = options.out;
mkdirSync(folder, { recursive: true });
const write = (name, content) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
};
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const round = (value) => Number(value.toFixed(3));

/** Vectors of length 8 around the centres of some groups. */
function hidden(seed, groups) {
  const { normal, below, uniform } = random(seed);
  const centres = times(groups, () => times(3, normal));
  const item = (group) => [...centres[group].map((value) => value + 0.2 * normal()), ...times(5, () => 2 * normal())];
  return { item: (group) => item(group).map(round), below, uniform, normal };
}

/** measurements.csv: 24 groups of 20 rows in one order at random; half of the rows say which part they are of. */
function measurements() {
  const { item, below } = hidden(11, 24);
  const rows = times(480, (i) => i % 24);
  for (let i = rows.length - 1; i > 0; i--) {
    const other = below(i + 1);
    [rows[i], rows[other]] = [rows[other], rows[i]];
  }
  const parts = ['train', 'train', 'train', 'validation', 'test'];
  const lines = rows.map((group, i) => `s${i},g${group},${parts[below(5)]},${item(group).join(',')}`);
  const head = `sample,group,part,${times(8, (i) => `x${i}`).join(',')}`;
  write('measurements.csv', `${[head, ...lines].join('\n')}\n`);
}

/** events.jsonl: 4 groups, 600 lines in the order in which they happened. */
function events() {
  const { item, below } = hidden(12, 4);
  const lines = times(600, (i) => {
    const group = below(4);
    return JSON.stringify({ id: `e${i}`, device: `d${group}`, signal: item(group) });
  });
  write('events.jsonl', `${lines.join('\n')}\n`);
}

/** pairs.npz: 500 pairs out of 10 groups, half of them of one group; the surer a pair, the more it weighs. */
function pairs() {
  const { item, below, uniform } = hidden(13, 10);
  const rows = times(500, () => {
    const a = below(10);
    const b = uniform() < 0.5 ? a : (a + 1 + below(9)) % 10;
    return { left: item(a), right: item(b), target: Number(a === b), weight: round(0.5 + uniform()) };
  });
  const array = (shape, values) => ({ shape, dtype: 'float32', data: Float32Array.from(values) });
  write(
    'pairs.npz',
    encodeNpz({
      left: array(
        [500, 8],
        rows.flatMap(({ left }) => left),
      ),
      right: array(
        [500, 8],
        rows.flatMap(({ right }) => right),
      ),
      target: array(
        [500],
        rows.map(({ target }) => target),
      ),
      weight: array(
        [500],
        rows.map(({ weight }) => weight),
      ),
    }),
  );
}

/** ratings.csv: two texts' features each, and how alike people found them, from 0 to 5 in halves. */
function ratings() {
  const { normal, uniform } = random(14);
  const lines = times(600, () => {
    const topic = times(3, normal);
    const share = uniform();
    const other = topic.map((value) => share * value + (1 - share) * normal());
    const loud = () => times(3, () => 2 * normal());
    const distance = Math.hypot(...topic.map((value, i) => value - other[i]));
    const rating = Math.min(5, Math.max(0, Math.round(2 * (5 - 2 * distance + 0.2 * normal())) / 2));
    return [...topic, ...loud(), ...other, ...loud()]
      .map(round)
      .join(',')
      .concat(`,${rating.toFixed(1)}`);
  });
  const side = (name) => times(6, (i) => `${name}_${i}`);
  write('ratings.csv', `${[[...side('left'), ...side('right'), 'rating'].join(','), ...lines].join('\n')}\n`);
}

/** links.jsonl: pairs that belong together and nothing else, such as what people bought with what. */
function links() {
  const { item, below } = hidden(15, 40);
  const lines = times(500, (i) => {
    const group = below(40);
    return JSON.stringify({ left: item(group), right: item(group), month: i % 12 });
  });
  write('links.jsonl', `${lines.join('\n')}\n`);
}

/** trade.csv: two towns each (where they lie, how large they are), the trips between them and their trade: real targets. */
function trade() {
  const { uniform, normal } = random(16);
  const lines = times(500, () => {
    const [a, b] = times(2, () => ({ x: uniform(), y: uniform(), size: uniform() }));
    const trips = 4 * Math.exp(-2 * Math.hypot(a.x - b.x, a.y - b.y)) + 0.1 * normal();
    const goods = 4 * a.size * b.size + 0.1 * normal();
    return [a.x, a.y, a.size, b.x, b.y, b.size, trips, goods].map((value) => value.toFixed(3)).join(',');
  });
  write('trade.csv', `${['from_x,from_y,from_size,to_x,to_y,to_size,trips,goods', ...lines].join('\n')}\n`);
}

/** phrases.csv: 5 topics of 8 words each; a phrase has three words of its topic among words that every topic has. */
function phrases() {
  const { below } = random(18);
  const word = (topic, i) => `${'bdfgk'[topic]}${'aeiou'[i % 5]}${'lmnr'[i % 4]}`;
  const fillers = ['the', 'of', 'and', 'to', 'in', 'with', 'for', 'on'];
  const rows = times(400, (i) => {
    const topic = i % 5;
    const words = times(3, () => word(topic, below(8)));
    for (let added = 2 + below(4); added > 0; added--) words.splice(below(words.length + 1), 0, fillers[below(8)]);
    return `p${i},t${topic},${words.join(' ')}`;
  });
  write('phrases.csv', `${['phrase,topic,words', ...rows].join('\n')}\n`);
}

/** visits.csv: guests (5 numbers) and the places (7 numbers) that they went to: two tables of different columns. */
function visits() {
  const { normal, uniform } = random(19);
  const lines = times(600, () => {
    const taste = times(3, normal);
    const near = taste.map((value) => value + 0.2 * normal());
    const guest = [...taste, ...times(2, () => 2 * normal())];
    const place = [...times(4, () => 2 * uniform() - 1), ...near.toReversed()];
    return [...guest, ...place].map(round).join(',');
  });
  const head = [...times(5, (i) => `guest_${i}`), ...times(7, (i) => `place_${i}`)];
  write('visits.csv', `${[head.join(','), ...lines].join('\n')}\n`);
}

/**
 * matches.csv: records of 80 people, three or four of each as several registers have them, and pairs of these with the
 * day on which they were compared: every two records of one person, and as many of two people.
 */
function matches() {
  const { item, below } = hidden(21, 80);
  const records = times(80, (person) => times(3 + (person % 2), () => item(person)));
  const same = records.flatMap((own) => own.flatMap((a, i) => own.slice(i + 1).map((b) => [a, b, 1])));
  const different = same.map(() => {
    const person = below(80);
    const other = records[(person + 1 + below(79)) % 80];
    return [records[person][below(3)], other[below(3)], 0];
  });
  const lines = [...same, ...different].map(([a, b, target], i) => {
    const day = new Date(Date.UTC(2024, 0, 1 + ((i * 7) % 180))).toISOString().slice(0, 10);
    return [day, ...a, ...b, target].join(',');
  });
  const side = (name) => times(8, (i) => `${name}_${i}`);
  write('matches.csv', `${[['day', ...side('left'), ...side('right'), 'same'].join(','), ...lines].join('\n')}\n`);
}

/** A word of two or three syllables. */
const wordOf = (below) =>
  times(2 + below(2), () => 'bdfghklmnprstvz'[below(15)] + 'aeiou'[below(5)] + ['', '', 'n', 'r', 's'][below(5)]).join(
    '',
  );

/** One letter of a word replaced, left out, doubled or swapped with the next. */
function mistyped(word, below) {
  const at = below(word.length - 1);
  const [before, letter, after] = [word.slice(0, at), word[at], word.slice(at + 1)];
  return [
    `${before}${'abcdefghijklmnopqrstuvwxyz'[below(26)]}${after}`,
    `${before}${after}`,
    `${before}${letter}${letter}${after}`,
    `${before}${after[0]}${letter}${after.slice(1)}`,
  ][below(4)];
}

/**
 * members.csv and guests.csv: 240 people as they stand in two registers, with typing errors and gaps in the second;
 * same-people.csv: which member each guest is, and two whom he is not, of his town or of his first name.
 */
function registers() {
  const { below, uniform } = random(21);
  const [first, last] = [times(25, () => wordOf(below)), times(60, () => wordOf(below))];
  const towns = times(6, () => wordOf(below));
  const people = times(240, () => ({
    first: first[below(25)],
    last: last[below(60)],
    town: towns[below(6)],
    age: 18 + below(60),
  }));
  const csvOf = (name, rows) => write(name, `${rows.join('\n')}\n`);
  csvOf('members.csv', [
    'member,name,town,age',
    ...people.map((one, i) => `m${i},${one.first} ${one.last},${one.town},${one.age}`),
  ]);
  const guests = people.map((one, i) => {
    const name = times(1 + below(3), () => 0).reduce((text) => mistyped(text, below), `${one.first} ${one.last}`);
    const town = uniform() < 0.15 ? '' : one.town;
    return `g${i},${name},${town},${uniform() < 0.2 ? '' : one.age + below(3) - 1}`;
  });
  csvOf('guests.csv', ['guest,name,town,age', ...guests]);
  const links = people.flatMap((one, i) => {
    const like = people.flatMap((other, j) =>
      j !== i && (other.town === one.town || other.first === one.first) ? [j] : [],
    );
    const wrong = times(2, () => like[below(like.length)]);
    return [`m${i},g${i},1`, ...wrong.map((j) => `m${i},g${j},0`)];
  });
  csvOf('same-people.csv', ['member,guest,same', ...links]);
}

/** spellings.csv: a word, the same word as another language writes it, and another word so written. */
function spellings() {
  const { below } = random(22);
  const rules = { b: 'v', d: 't', f: 'ph', g: 'gh', k: 'c', l: 'll', s: 'sch', z: 'ts', a: 'ah', u: 'ou', i: 'y' };
  const respelt = (word) => [...word].map((letter) => rules[letter] ?? letter).join('');
  const words = times(250, () => wordOf(below));
  const rows = times(700, () => {
    const [word, other] = [words[below(250)], words[below(250)]];
    return word === other ? [] : [`${word},${respelt(word)},${respelt(other)}`];
  }).flat();
  write('spellings.csv', `${['word,same,other', ...rows].join('\n')}\n`);
}

/** features/: a model of TensorFlow.js, 8 numbers -> 16 features -> 4 classes, as if something had trained it before. */
function features() {
  const { normal } = random(20);
  const layer = (name, units, activation, more = {}) => ({
    class_name: 'Dense',
    config: { name, units, activation, use_bias: true, trainable: true, dtype: 'float32', ...more },
  });
  const layers = [layer('features', 16, 'elu', { batch_input_shape: [null, 8] }), layer('classes', 4, 'softmax')];
  const weights = [
    ['features/kernel', [8, 16]],
    ['features/bias', [16]],
    ['classes/kernel', [16, 4]],
    ['classes/bias', [4]],
  ].map(([name, shape]) => ({ name, shape, dtype: 'float32' }));
  const size = weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const values = Float32Array.from({ length: size }, () => round(0.4 * normal()));
  mkdirSync(join(folder, 'features'), { recursive: true });
  const model = {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config: { name: 'features', layers } },
    weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights }],
  };
  write('features/model.json', `${JSON.stringify(model, null, 1)}\n`);
  write('features/group1-shard1of1.bin', Buffer.from(values.buffer));
}

/** glyphs-*.idx: strokes of 8x8 pixels, 6 kinds, shifted by up to a pixel and noisy; 50 of each for training, 20 to test. */
function glyphs() {
  const { below, normal } = random(17);
  const inside = (x, y) => x >= 1 && x <= 6 && y >= 1 && y <= 6;
  const strokes = [
    (_x, y) => y === 3,
    (x) => x === 3,
    (x, y) => x === y,
    (x, y) => x + y === 7,
    (_x, y) => y === 1 || y === 6,
    (x) => x === 1 || x === 6,
  ];
  const draw = (kind) => {
    const [dx, dy] = [below(3) - 1, below(3) - 1];
    return times(64, (pixel) => {
      const [x, y] = [(pixel % 8) - dx, Math.floor(pixel / 8) - dy];
      const ink = inside(x, y) && strokes[kind](x, y) ? 160 : 40;
      return Math.min(255, Math.max(0, Math.round(ink + 40 * normal())));
    });
  };
  const idx = (sizes, bytes) =>
    Buffer.concat([Buffer.from([0, 0, 8, sizes.length]), bigEndian(sizes), Buffer.from(bytes)]);
  for (const [part, each] of [
    ['train', 50],
    ['test', 20],
  ]) {
    const kinds = times(6 * each, (i) => i % 6);
    write(`glyphs-${part}-images.idx`, idx([kinds.length, 8, 8], kinds.flatMap(draw)));
    write(`glyphs-${part}-kinds.idx`, idx([kinds.length], kinds));
  }
}

function bigEndian(sizes) {
  const buffer = Buffer.alloc(4 * sizes.length);
  for (const [i, size] of sizes.entries()) buffer.writeUInt32BE(size, 4 * i);
  return buffer;
}

/** readings/part-*.parquet: 30 machines, 720 rows in two files; those of quality 0 are noise. */
async function readings() {
  const { item, below, normal } = hidden(21, 30);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const names = times(8, (i) => `x${i}`);
  mkdirSync(join(folder, 'readings'), { recursive: true });
  for (const part of [0, 1]) {
    const rows = times(360, (i) => {
      const [machine, quality] = [below(30), Number(below(6) > 0)];
      const values = quality ? item(machine) : times(8, () => round(3 * normal()));
      return `('r${360 * part + i}', ${machine}, ${quality}, ${values.map((value) => `${value}::FLOAT`).join(', ')})`;
    });
    const table = `(VALUES ${rows.join(', ')}) t(reading, machine, quality, ${names.join(', ')})`;
    const path = join(folder, 'readings', `part-${part}.parquet`).replaceAll("'", "''");
    await connection.run(`COPY (SELECT * FROM ${table}) TO '${path}' (FORMAT parquet)`);
  }
  connection.closeSync();
}

/** motions/*.csv: 16 people in 3 sessions each, 60 rows of two channels: all move at a pace and a lean of their own. */
function motions() {
  const { uniform, normal } = random(22);
  mkdirSync(join(folder, 'motions'), { recursive: true });
  const people = times(16, (person) => ({ person, pace: 0.2 + 0.5 * uniform(), lean: 3 * uniform() }));
  for (const session of times(3, (i) => i)) {
    const lines = people.flatMap(({ person, pace, lean }) => {
      const phase = 6 * uniform();
      return times(60, (t) => {
        const [x, y] = [Math.sin(phase + pace * t), Math.sin(phase + lean + pace * t)];
        return `p${person},s${session}p${person},${round(x + 0.2 * normal())},${round(y + 0.2 * normal())}`;
      });
    });
    write(`motions/session-${session}.csv`, `${['person,session,x,y', ...lines].join('\n')}\n`);
  }
}

/** frames/: 20 groups of 24 vectors in three .npy files, and their groups in three more. */
function frames() {
  const { item, below } = hidden(23, 20);
  mkdirSync(join(folder, 'frames'), { recursive: true });
  for (const [part, count] of [200, 180, 100].entries()) {
    const groups = times(count, () => below(20));
    const values = Float32Array.from(groups.flatMap(item));
    write(`frames/items-${part}.npy`, encodeNpy({ shape: [count, 8], dtype: 'float32', data: values }));
    write(`frames/groups-${part}.npy`, encodeNpy({ shape: [count], dtype: 'int32', data: Int32Array.from(groups) }));
  }
}

for (const [name, bytes] of marks()) write(`marks/${name}`, bytes);
const makers = [
  measurements,
  events,
  pairs,
  ratings,
  links,
  trade,
  phrases,
  visits,
  matches,
  registers,
  spellings,
  features,
  glyphs,
  motions,
  frames,
];
for (const make of makers) make();
await readings();
