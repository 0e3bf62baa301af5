import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planRecipe } from '../../core/recipe/plan.js';
import { folderOf, linkedFiles } from './fixtures/files.js';
import { plugins } from './fixtures/plugins.js';

const data = {
  'groups.csv': 'g,x,y,kind\na,1,2,true\na,2,3,forged\nb,3,4,true\nb,4,5,true\n',
  'scores.csv': 'l,r,t\n1,2,0\n2,3,4\n',
  'real.csv': 'l,r,t\n1,2,0.5\n2,3,7\n',
  't.csv': 'anchor,positive,negative\n1,2,3\n2,1,3\n',
  ...linkedFiles,
  'binary.csv': 'l,r,t,g\n1,2,0,1\n2,3,1,2\n',
};
async function codesOf(recipe: string): Promise<string[]> {
  const folder = folderOf({ 'r.yaml': `version: 1\nname: a\n${recipe}\n`, ...data });
  const { problems } = await planRecipe(join(folder, 'r.yaml'), { registry: plugins });
  return problems.map(({ code, severity, message }) => `${severity === 'warning' ? 'warning ' : ''}${code} ${message}`);
}

const arrays = 'data: { source: { type: arrays, left: [[1, 2], [3, 4]], right: [[1, 2], [3, 5]], target: [1, 0] } }';
const pairs = (file: string, options = 't'): string =>
  `data: { source: { type: pairs, path: ${file}.csv, left: l, right: r, target: ${options} } }`;
const tower =
  'data: { source: { type: linked-tables, left: { path: users.csv, key: user_id }, right: { path: movies.csv, key: movie_id }, pairs: { path: ratings.csv, left: user_id, right: movie_id } } }';
const stream =
  'data: { source: { type: table, path: groups.csv, group: g, stream: true }, fields: { x: { kind: number } } }';
const faces = 'data: { source: { type: image-folder, path: ., pattern: "{group}.png" }';

const groups = 'data: { source: synthetic }\nencoder: mlp\n';

describe('recipes that are right', () => {
  test.each([
    [
      'arrays in memory',
      `${arrays}\nencoder: dense\nhead: { type: dense, from: concat, hidden: [8] }\nloss: bce\nevaluate: { metrics: [verification] }`,
    ],
    ['a stream', `${stream}\nencoder: mlp\nloss: contrastive\nsampler: random-pairs`],
    [
      'a stream whose column gives the parts',
      `${stream.replace('stream: true }', 'stream: true }, split: { type: given, column: kind }')}\nencoder: mlp\nloss: contrastive`,
    ],
    [
      'real targets',
      `${pairs('real')}\nencoder: mlp\ndistance: cosine\nhead: { type: dense, from: distance }\nloss: mse\nevaluate: { metrics: [regression] }`,
    ],
    [
      'graded targets',
      `${pairs('scores', 't, range: [0, 5]')}\nencoder: mlp\ndistance: cosine\nhead: similarity\nloss: mse`,
    ],
    [
      'faces',
      `${faces}, split: unseen-groups, augment: [{ type: random-flip, field: photo, sides: together }, brightness] }\nencoder: { type: residual, normalize: true }\nloss: { type: triplet, margin: 0.2 }\nsampler: { type: class-balanced, positivesAcross: session }\ntrain: { monitor: retrieval.recallAt1, earlyStopping: { patience: 3 } }`,
    ],
    [
      'forgeries',
      `data: { source: { type: table, path: groups.csv, group: g }, relations: { impostor: { column: kind, equals: forged } } }\nencoder: mlp\nloss: contrastive`,
    ],
    [
      'a two-tower recommender',
      `${tower}\nencoder: { left: fields, right: fields }\nloss: multiple-negatives-ranking\nsampler: { type: given-pairs, unique: right }\nevaluate: { metrics: [{ type: retrieval, at: [10] }] }\ntrain: { monitor: retrieval.recallAt10 }`,
    ],
    [
      'few-shot glyphs',
      `${faces}, split: { type: unseen-groups, by: alphabet } }\nencoder: residual\nloss: triplet\nevaluate: { metrics: [{ type: few-shot, within: alphabet }] }\ntrain: { monitor: fewShot.accuracy }`,
    ],
    ['positives alone', `${groups}distance: cosine\nloss: multiple-negatives-ranking\nsampler: positive-pairs`],
    ['random triplets', `${groups}loss: triplet\nsampler: { type: random-triplets, impostors: 0 }`],
    [
      'triplets that are judged',
      'data: { source: { type: triplets, path: t.csv } }\nencoder: mlp\nloss: triplet\nevaluate: { metrics: [triplet-accuracy] }\ntrain: { monitor: triplet.accuracy }',
    ],
    [
      'given triplets',
      'data: { source: { type: triplets, path: t.csv } }\nencoder: mlp\nloss: { type: triplet, margin: soft }',
    ],
    [
      'frozen layers',
      `${arrays}\nencoder: { type: mlp, initialize: ./runs/x }\nloss: contrastive\noptimizer: { type: adam, scales: { encoder: 0.1, encoder.dense: 0, loss: 100 } }`,
    ],
    [
      'a plateau',
      `data: { source: synthetic }\nencoder: mlp\nloss: contrastive\ntrain: { schedule: { type: warmup, then: reduce-on-plateau } }`,
    ],
    ['two towers on pairs of one table', `${pairs('binary')}\nencoder: { left: mlp, right: mlp }\nloss: contrastive`],
    [
      'pairs whose items have groups',
      `data: { source: { type: pairs, path: binary.csv, left: [l, g], right: [r, g], target: t }, relations: { group: g }, split: unseen-groups }\nencoder: mlp\nloss: contrastive\nevaluate: { pairs: balanced }`,
    ],
    [
      'losses that read one distance',
      `data: { source: synthetic }\nencoder: mlp\nloss: [contrastive, { type: contrastive, margin: 3, weight: 0.1 }]`,
    ],
    [
      'a fixed threshold without validation',
      'data: { source: synthetic, split: none }\nencoder: mlp\nloss: contrastive\nevaluate: { threshold: 0.5 }',
    ],
    [
      'settings that say nothing',
      'data: { source: synthetic, split: none, shuffleBuffer: 10000 }\nencoder: mlp\nloss: triplet\nhead: none\ntrain: { monitor: off, earlyStopping: off }\nevaluate: { threshold: off, every: epoch }',
    ],
  ])('%s', async (_name, recipe) => {
    expect(await codesOf(recipe)).toEqual([]);
  });
});

describe('rules across slots', () => {
  test.each([
    [
      'unit vectors are at most 2 apart',
      'data: { source: synthetic }\nencoder: { type: mlp, normalize: true }\nloss: { type: contrastive, margin: 1.99 }',
      [],
    ],
    [
      'the margin of several losses',
      `${groups}distance: cosine\nloss: [{ type: contrastive, margin: 2 }, { type: contrastive, margin: 1 }]`,
      [
        'GEOMETRY_MARGIN loss.0.margin is 2, but the cosine distance is 0..2: it must be below 2',
        'warning GEOMETRY_DISTANCE loss contrastive has a margin between directions, but encoder leaves embeddings of any length: they grow as they are trained, which slows training down, and mean something else to whoever compares them otherwise',
      ],
    ],
    [
      'a margin of a loss on embeddings',
      `${groups}distance: angular\nloss: { type: triplet, margin: 1 }`,
      ['GEOMETRY_MARGIN loss.margin is 1, but the angular distance is 0..1: it must be below 1'],
    ],
    [
      'a head that adds up',
      `${groups}head: { type: dense, from: concat }\nloss: bce`,
      [
        'warning GEOMETRY_SCORE head dense adds a number of the left item to a number of the right one: such a sum cannot tell which of them belong together',
      ],
    ],
    ['a head that looks at both at once', `${groups}head: { type: dense, from: concat, hidden: [8] }\nloss: bce`, []],
    [
      'one distance for losses that presume two',
      `${groups}distance: euclidean\nloss: cosine-embedding`,
      [
        'GEOMETRY_DISTANCE loss cosine-embedding presumes the distance cosine, but this recipe measures by euclidean: training and evaluation would disagree',
      ],
    ],
    [
      'one sampler for losses that read different rows',
      `${groups}loss: [contrastive, triplet]\nsampler: balanced-pairs`,
      [
        'GEOMETRY_SAMPLER loss triplet reads batches of labelled items or triplets, but sampler balanced-pairs yields pairs',
      ],
    ],
    [
      'different pairs for a loss that compares them',
      `${groups}loss: contrastive\nsampler: positive-pairs`,
      [
        'GEOMETRY_TARGET loss contrastive needs different pairs too, but all that sampler positive-pairs draws are positives',
      ],
    ],
    [
      'different pairs for a loss that compares them, whatever the sampler',
      `${groups}loss: contrastive\nsampler: { type: balanced-pairs, positives: 1 }`,
      [
        'GEOMETRY_TARGET loss contrastive needs different pairs too, but all that sampler balanced-pairs draws are positives',
      ],
    ],
    [
      'groups for a gallery without those of the query',
      `${pairs('binary')}\nencoder: mlp\nloss: contrastive\nevaluate: { metrics: [{ type: retrieval, across: l }] }`,
      [
        "RELATION evaluate.metrics.0.across is l, which leaves out items of the query's own group, but the data relates its items by pairs",
      ],
    ],
    [
      'given triplets for an evaluator of triplets',
      `${groups}loss: contrastive\nevaluate: { metrics: [triplet-accuracy] }`,
      ['RELATION evaluator triplet-accuracy needs given triplets, but the data relates its items by groups'],
    ],
    [
      'groups for a sampler of groups',
      `${pairs('binary')}\nencoder: mlp\nloss: contrastive\nsampler: balanced-pairs`,
      ['RELATION sampler balanced-pairs reads groups, but the data relates its items by pairs'],
    ],
    [
      'a split of pairs needs pairs',
      'data: { source: synthetic, split: connected }\nencoder: mlp\nloss: contrastive',
      ['SPLIT split connected divides given pairs, but the data relates its items by groups'],
    ],
    [
      'a monitored evaluator must be among the metrics',
      `${groups}loss: contrastive\nevaluate: { metrics: [retrieval] }\ntrain: { monitor: verification.rocAuc }`,
      [
        'MONITOR nothing measures verification.rocAuc: verification is not among evaluate.metrics. Measured: retrieval.recallAt1, retrieval.recallAt2, retrieval.recallAt3, retrieval.recallAt5, retrieval.recallAt10, retrieval.precisionAt1, retrieval.rPrecision, retrieval.mapAtR, ...',
      ],
    ],
    [
      'early stopping needs a monitor',
      `${groups}loss: contrastive\ntrain: { monitor: off, earlyStopping: { patience: 2 } }`,
      ['UNUSED_SETTING nothing reads train.earlyStopping: no metric is monitored'],
    ],
    [
      'a plateau needs a monitor',
      `${groups}loss: contrastive\ntrain: { monitor: off, schedule: { type: warmup, then: reduce-on-plateau } }`,
      ['UNUSED_SETTING schedule reduce-on-plateau watches the monitored metric, but train.monitor is off'],
    ],
    [
      'a rate is of far-at-most',
      `${groups}loss: contrastive\nevaluate: { threshold: { type: best-f1, rate: 0.1 } }`,
      ['UNUSED_SETTING nothing reads evaluate.threshold.rate: only far-at-most has one'],
    ],
    [
      'a loss on items of two tables',
      `${tower}\nencoder: { left: fields, right: fields }\nloss: triplet\nsampler: given-pairs`,
      [
        'RELATION loss triplet compares items of one table, but left and right are two',
        'GEOMETRY_SAMPLER loss triplet reads batches of labelled items or triplets, but sampler given-pairs yields pairs',
      ],
    ],
    [
      'fields of two tables',
      `${tower.replace(/ }$/, ', fields: { age: { kind: number } } }')}\nencoder: { left: fields, right: fields }\nloss: multiple-negatives-ranking`,
      [
        'FIELD data.fields.age names the column "age", which the right table does not have; its columns: movie_id, title, year',
      ],
    ],
    [
      'fields of one table',
      `${arrays.replace(/ }$/, ', fields: { left: { a: { kind: number } }, right: { a: { kind: number } } } }')}\nencoder: mlp\nloss: contrastive`,
      ['FIELD data.fields has left and right, but the source has one table of items'],
    ],
    [
      'an encoder of one field',
      'data: { source: { type: table, path: groups.csv, group: g }, fields: { x: { kind: vector, columns: [x, y] }, y: { kind: number } } }\nencoder: residual\nloss: contrastive',
      [
        'ENCODER_INPUT field x is vector, but encoder residual takes image or sequence',
        'ENCODER_INPUT field y is number, but encoder residual takes image or sequence',
      ],
    ],
    [
      'an encoder of images, where the recipe names no fields and the columns are numbers',
      'data: { source: { type: table, path: groups.csv, group: g, columns: [x, y] } }\nencoder: residual\nloss: contrastive',
      ['ENCODER_INPUT the columns of numbers (x, y) are one vector, but encoder residual takes image or sequence'],
    ],
    [
      'an encoder of numbers, where the recipe names no fields and a column is text',
      'data: { source: { type: table, path: groups.csv, group: g } }\nencoder: mlp\nloss: contrastive',
      ['ENCODER_INPUT field kind is text, but encoder mlp takes vector, number, sequence or image'],
    ],
    [
      'an encoder of one input, where the columns make two',
      'data: { source: { type: table, path: groups.csv, group: g, text: [x], columns: [x, kind] } }\nencoder: text-bag\nloss: contrastive',
      ['ENCODER_INPUT encoder text-bag takes one input, but the columns make 2: x, kind'],
    ],
    [
      'an encoder for each of two tables',
      `${tower}\nencoder: { left: mlp, right: fields }\nloss: multiple-negatives-ranking`,
      ['ENCODER_INPUT field country is text, but encoder mlp takes vector, number, sequence or image'],
    ],
    [
      'augmentations of images, where the columns are numbers',
      'data: { source: { type: table, path: groups.csv, group: g, columns: [x, y] }, augment: [random-flip, { type: brightness, field: features }, { type: noise, field: x }] }\nencoder: mlp\nloss: contrastive',
      [
        'FIELD augmentation random-flip takes image, but the fields are features (vector)',
        'FIELD field features is vector, but augmentation brightness takes image',
        'FIELD there is no field x; fields: features',
      ],
    ],
    [
      'an encoder of texts where there are none, and where `encoders` names them all',
      'data: { source: { type: table, path: groups.csv, group: g }, fields: { x: { kind: number }, y: { kind: text, tokens: words } } }\nencoder: { type: fields, text: text-bag, image: conv, encoders: { y: text-bag } }\nloss: contrastive',
      [
        'UNUSED_SETTING nothing reads encoder.text: data.fields has no field of kind text that `encoders` does not name',
        'UNUSED_SETTING nothing reads encoder.image: data.fields has no field of kind image that `encoders` does not name',
      ],
    ],
    [
      'a head nobody trains',
      `${groups}loss: triplet\nhead: dense`,
      ['UNUSED_SETTING nothing trains head dense: every loss reads embeddings'],
    ],
  ])('%s', async (_name, recipe, expected) => {
    expect(await codesOf(recipe)).toEqual(expected);
  });

  test('what follows from a mistake is not told', async () => {
    expect(
      (await codesOf(`${groups}loss: contrastve\nsampler: given-pairs\ndistance: cosine\nhead: dense`)).map(
        (line) => line.split(' ')[0],
      ),
    ).toEqual(['PLUGIN_UNKNOWN', 'RELATION']);
    expect(
      (
        await codesOf(
          `${pairs('gone')}\nencoder: mlp\nloss: contrastive\nsampler: balanced-pairs\ntrain: { monitor: regression.mse }`,
        )
      ).map((line) => line.split(' ')[0]),
    ).toEqual(['DATA_MISSING']);
  });
});
