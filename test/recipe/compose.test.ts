// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
// biome-ignore-all lint/suspicious/noThenProperty: an option of a schedule
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Problem, ProblemError } from '../../core/problem/index.js';
import { type ComposeSettings, type Composition, composeRecipe } from '../../core/recipe/compose.js';
import { nodeAt, plainOf } from '../../core/recipe/node.js';
import { folderOf as folderOfOrigin, originWords } from '../../core/recipe/origin.js';
import { folderOf } from './fixtures/files.js';

afterEach(() => vi.unstubAllEnvs());

type Files = Readonly<Record<string, string>>;
function compose(
  files: Files | string,
  settings: ComposeSettings = {},
): Composition & { plain: unknown; folder: string; told: string[] } {
  const folder = folderOf(typeof files === 'string' ? { 'r.yaml': files } : files);
  const composed = composeRecipe(join(folder, 'r.yaml'), settings);
  return {
    ...composed,
    folder,
    plain: plainOf(composed.root),
    told: composed.problems.map((one) => tell(one, folder)),
  };
}
const tell = ({ code, message, place }: Problem, folder: string): string =>
  `${code} ${place ? `${place.file.replace(`${folder}/`, '')}:${place.line}:${place.column}` : '-'} ${message}`;
const originAt = (
  { root, folder }: { root: Composition['root']; folder: string },
  ...path: (string | number)[]
): string => originWords(nodeAt(root, path)!.origin).replace(`${folder}/`, '');

describe('extends', () => {
  test('maps merge, lists replace, the later base lies over the earlier', () => {
    const { plain } = compose({
      'a.yaml': 'train: { epochs: 1, batchSize: 8 }\ntrackers: [x, y]\nseed: 1\n',
      'b.yaml': 'train: { epochs: 2 }\nseed: 2\n',
      'r.yaml': 'extends: [./a.yaml, ./b.yaml]\ntrain: { clipNorm: 1 }\ntrackers: [z]\n',
    });
    expect(plain).toEqual({ train: { epochs: 2, batchSize: 8, clipNorm: 1 }, trackers: ['z'], seed: 2 });
  });

  test.each([
    ['{ type: triplet }', { type: 'triplet' }],
    ['{ type: contrastive, other: 2 }', { type: 'contrastive', margin: 1, other: 2 }],
    ['{ margin: 2 }', { type: 'contrastive', margin: 2 }],
    ['contrastive', 'contrastive'],
    ['[bce]', ['bce']],
  ])('loss: %s over { type: contrastive, margin: 1 }', (over, expected) => {
    const { plain } = compose({
      'a.yaml': 'loss: { type: contrastive, margin: 1 }\n',
      'r.yaml': `extends: a.yaml\nloss: ${over}\n`,
    });
    expect(plain).toEqual({ loss: expected });
  });

  test.each([
    ['epochs: 3', '', 'steps: 9', { train: { batchSize: 8, steps: 9 } }],
    ['steps: 9', '', 'epochs: 3', { train: { batchSize: 8, epochs: 3 } }],
    ['epochs: 3', 'train.steps=9', 'seed: 1', { train: { batchSize: 8, steps: 9, seed: 1 } }],
    ['epochs: 3', '', 'epochs: 1, steps: 9', { train: { batchSize: 8, epochs: 1, steps: 9 } }], // refused later
  ])('epochs and steps are one setting: %s below, %s %s above', (below, set, above, expected) => {
    const files = {
      'a.yaml': `train: { batchSize: 8, ${below} }\n`,
      'r.yaml': `extends: a.yaml\ntrain: { ${above} }\n`,
    };
    expect(compose(files, { set: set === '' ? [] : [set] }).plain).toEqual(expected);
  });

  test.each([
    ['encoder: mlp', 'encoder: { hidden: [3] }', { encoder: { type: 'mlp', hidden: [3] } }],
    ['engine: portable', 'engine: { compile: off }', { engine: { name: 'portable', compile: 'off' } }],
    [
      'evaluate: { pairs: all }',
      'evaluate: { pairs: { count: 3 } }',
      { evaluate: { pairs: { type: 'all', count: 3 } } },
    ],
    [
      'encoder: { type: mlp, hidden: [3] }',
      'encoder: { left: mlp, right: conv }',
      { encoder: { left: 'mlp', right: 'conv' } },
    ],
    ['encoder: { left: mlp, right: conv }', 'encoder: { type: mlp }', { encoder: { type: 'mlp' } }],
    ['encoder: mlp', 'encoder: { left: mlp, right: conv }', { encoder: { left: 'mlp', right: 'conv' } }],
    [
      'train: { schedule: { type: warmup, then: { type: cosine, cycles: 2 } } }',
      'train: { schedule: { then: { type: step } } }',
      { train: { schedule: { type: 'warmup', then: { type: 'step' } } } },
    ],
    ['seed: 1', 'seed: { a: 1 }', { seed: { a: 1 } }],
  ])('%s, over it %s', (base, over, expected) => {
    expect(compose({ 'a.yaml': base, 'r.yaml': `extends: a.yaml\n${over}\n` }).plain).toEqual(expected);
  });

  test('bases have bases, each relative to its own file, and every value keeps its origin', () => {
    const composed = compose({
      'deep/a.yaml': 'extends: ../b.yaml\nseed: 1\n',
      'b.yaml': 'name: b\n',
      'r.yaml': 'extends: deep/a.yaml\nversion: 1\n',
    });
    expect(composed.plain).toEqual({ name: 'b', seed: 1, version: 1 });
    expect([originAt(composed, 'seed'), originAt(composed, 'name'), originAt(composed, 'version')]).toEqual([
      'deep/a.yaml:2:7',
      'b.yaml:1:7',
      'r.yaml:2:10',
    ]);
    expect([...composed.texts.keys()].map((file) => file.replace(`${composed.folder}/`, ''))).toEqual([
      'r.yaml',
      'deep/a.yaml',
      'b.yaml',
    ]);
  });

  test('a missing base, a circle and a wrong entry are told at their places', () => {
    expect(compose('extends: [gone.yaml, 3]\n').told).toEqual([
      'VALUE_TYPE r.yaml:1:22 extends must be a file or a list of files',
      'EXTENDS_MISSING r.yaml:1:11 the recipe gone.yaml, which this one extends, does not exist',
    ]);
    const circle = compose({ 'r.yaml': 'extends: a.yaml\n', 'a.yaml': 'extends: [r.yaml]\nseed: 1\n' });
    expect(circle.told).toEqual([
      'EXTENDS_CYCLE a.yaml:1:11 recipes extend each other in a circle: r.yaml -> a.yaml -> r.yaml',
    ]);
    expect(circle.incomplete).toBe(true);
    expect(compose('extends: r.yaml\n').told[0]).toContain('EXTENDS_CYCLE');
  });

  test('one base may stand below two', () => {
    expect(
      compose({
        'r.yaml': 'extends: [a.yaml, b.yaml]\n',
        'a.yaml': 'extends: c.yaml\n',
        'b.yaml': 'extends: c.yaml\nseed: 2\n',
        'c.yaml': 'seed: 1\n',
      }).plain,
    ).toEqual({ seed: 2 });
  });

  test('what is not YAML is thrown, of all files at once', () => {
    const folder = folderOf({
      'r.yaml': 'extends: [a.yaml, b.yaml]\n',
      'a.yaml': 'seed: 1\nseed: 2\n',
      'b.yaml': 'b: [\n',
    });
    try {
      composeRecipe(join(folder, 'r.yaml'));
      expect.unreachable();
    } catch (error) {
      expect((error as ProblemError).problems.map(({ code }) => code)).toEqual(['YAML_DUPLICATE_KEY', 'YAML_SYNTAX']);
    }
    expect(() => composeRecipe(join(folder, 'gone.yaml'))).toThrow(
      /FILE_MISSING: the recipe .*gone.yaml cannot be read/,
    );
  });

  test('bases that each name the next twice are refused before they are read a billion times', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [
        `b${i}.yaml`,
        i === 29 ? 'seed: 1\n' : `extends: [b${i + 1}.yaml, b${i + 1}.yaml]\n`,
      ]),
    );
    const { told } = compose({ ...files, 'r.yaml': 'extends: b0.yaml\n' });
    expect(told[0]).toContain('recipes extend each other more than 100 times in all');
  });

  test('a base that is a folder, a device or an endless file is refused', () => {
    expect(compose('extends: .\n').told[0]).toContain('., which this recipe extends, is not a file');
    expect(compose('extends: /dev/zero\n').told[0]).toContain('is not a file');
  });

  test('--untrusted does not tell whether a file outside exists, and follows no link out', () => {
    const folder = folderOf({ 'inner/r.yaml': 'extends: [../none.yaml, link.yaml]\n', 'a.yaml': 'seed: 1\n' });
    symlinkSync(join(folder, 'a.yaml'), join(folder, 'inner/link.yaml'));
    const { problems } = composeRecipe(join(folder, 'inner/r.yaml'), { untrusted: true });
    expect(problems.map(({ message }) => message)).toEqual([
      "../none.yaml lies outside the recipe's folder, which --untrusted forbids",
      "link.yaml lies outside the recipe's folder, which --untrusted forbids",
    ]);
  });

  test('--untrusted tells nothing of what lies behind a link out, whether it is there or not', () => {
    const files = { 'secret/salaries.yaml': 'a: 1\n', 'inner/r.yaml': 'seed: 1\n' };
    const folder = folderOf(files);
    symlinkSync('../secret', join(folder, 'inner/way'));
    symlinkSync(join(folder, 'secret/none.yaml'), join(folder, 'inner/gone.yaml'));
    symlinkSync('r.yaml', join(folder, 'inner/near.yaml'));
    for (const name of ['way/salaries.yaml', 'way/salarie.yaml', 'way/x.yaml', 'gone.yaml']) {
      const how = { untrusted: true, text: `extends: ${name}\n` };
      const { problems } = composeRecipe(join(folder, 'inner/r.yaml'), how);
      expect(problems.map(({ message }) => message)).toEqual([
        `${name} lies outside the recipe's folder, which --untrusted forbids`,
      ]);
    }
    const { problems } = composeRecipe(join(folder, 'inner/a.yaml'), { untrusted: true, text: 'extends: near.yaml\n' });
    expect(problems).toEqual([]);
  });

  test('a recipe that is given as text, where no file is, extends others', () => {
    const folder = folderOf({ 'base.yaml': 'seed: 1\n' });
    const { root, problems } = composeRecipe(join(folder, 'unsaved.yaml'), { text: 'extends: base.yaml\n' });
    expect([plainOf(root), problems]).toEqual([{ seed: 1 }, []]);
  });

  test('--untrusted does not read a recipe that is itself a link out of its folder', () => {
    const folder = folderOf({ 'secret.yaml': 'token: [abc\n', 'inner/other.yaml': 'seed: 1\n' });
    symlinkSync('../secret.yaml', join(folder, 'inner/r.yaml'));
    symlinkSync('other.yaml', join(folder, 'inner/near.yaml'));
    const act = (name: string) => () => composeRecipe(join(folder, 'inner', name), { untrusted: true });
    expect(act('r.yaml')).toThrow(
      /^FILE_MISSING: .*r\.yaml is a link out of its folder, which --untrusted does not follow$/,
    );
    expect(plainOf(act('near.yaml')().root)).toEqual({ seed: 1 });
  });

  test('--untrusted keeps to the folder', () => {
    const files = { 'inner/r.yaml': 'extends: ../a.yaml\n', 'a.yaml': 'seed: 1\n' };
    const folder = folderOf(files);
    const { problems } = composeRecipe(join(folder, 'inner/r.yaml'), { untrusted: true });
    expect(problems.map(({ message }) => message)).toEqual([
      "../a.yaml lies outside the recipe's folder, which --untrusted forbids",
    ]);
  });
});

describe('variables', () => {
  test('a lone reference keeps its type, inside text it is joined', () => {
    const { plain, told } = compose(
      'vars: { n: 3, list: [1, 2], who: { name: ann } }\na: ${vars.n}\nb: "${vars.list}"\nc: x-${vars.n}-${vars.who.name}\nd: $${vars.n}\n',
    );
    expect(told).toEqual([]);
    expect(plain).toEqual({ a: 3, b: [1, 2], c: 'x-3-ann', d: '${vars.n}' });
  });

  test('variables may use others and the environment', () => {
    vi.stubEnv('SIAMESE_TEST_SIZE', '64');
    const { plain } = compose(
      'vars: { a: "${vars.b}", b: "${env.SIAMESE_TEST_SIZE}" }\nx: ${vars.a}\ny: ${env.SIAMESE_TEST_NONE:off}\nz: ${env.SIAMESE_TEST_NONE:}\nw: ${env.SIAMESE_TEST_NONE:0.5}\n',
    );
    expect(plain).toEqual({ x: 64, y: 'off', z: '', w: 0.5 });
  });

  test('origins name the variable and where it got its value', () => {
    const composed = compose('vars:\n  n: 3\n  m: { k: 1 }\na: ${vars.n}\nb: ${vars.m}\n', { set: ['vars.n=5'] });
    expect(originAt(composed, 'a')).toBe('${vars.n}, --set vars.n=5');
    expect(originAt(composed, 'b', 'k')).toBe('r.yaml:3:11');
    expect(composed.plain).toEqual({ a: 5, b: { k: 1 } });
  });

  test('everything that is wrong with references is told, once each, and marked as broken', () => {
    const { told, broken } = compose(
      [
        'vars: { margin: 1, a: "${vars.b}", b: "${vars.a}", list: [1], spare: 2 }',
        'p: ${vars.margn}',
        'q: ${vars.a}',
        'r: ${env.SIAMESE_TEST_NONE}',
        's: ${margin}',
        't: x ${',
        'u: l-${vars.list}',
        'v: ${vars.margin}',
      ].join('\n'),
    );
    expect(told).toEqual([
      'VARIABLE_UNKNOWN r.yaml:2:4 ${vars.margn}: there is no variable margn; did you mean margin?',
      'VARIABLE_CYCLE r.yaml:1:39 variables refer to each other in a circle: a -> b -> a',
      'ENVIRONMENT_UNSET r.yaml:4:4 the environment variable SIAMESE_TEST_NONE is not set, and ${env.SIAMESE_TEST_NONE} has no fallback',
      'INTERPOLATION r.yaml:5:4 "${margin}" means nothing: write ${vars.margin} or ${env.margin}',
      'INTERPOLATION r.yaml:6:4 "${" is not closed: ${ needs a }',
      'INTERPOLATION r.yaml:7:4 ${vars.list} is a list: it cannot stand inside text',
      'VARIABLE_UNUSED r.yaml:1:63 the variable spare is never used',
    ]);
    expect([...broken]).toEqual(['p', 'q', 'r', 's', 't', 'u']);
  });

  test('a variable that only an overridden value uses is used; one that only an unused one uses is not', () => {
    const files = { 'a.yaml': 'vars: { n: 1 }\nseed: ${vars.n}\n', 'r.yaml': 'extends: a.yaml\nseed: 2\n' };
    expect(compose(files).told).toEqual([]);
    expect(compose('vars: { a: "${vars.b}", b: 1 }\n').told.map((line) => line.split(' ')[0])).toEqual([
      'VARIABLE_UNUSED',
      'VARIABLE_UNUSED',
    ]);
  });

  test('with --untrusted the environment is not read', () => {
    vi.stubEnv('SIAMESE_TEST_SECRET', 'hush');
    expect(compose('a: ${env.SIAMESE_TEST_SECRET:none}\n', { untrusted: true }).plain).toEqual({ a: 'none' });
    expect(compose('a: ${env.SIAMESE_TEST_SECRET}\n', { untrusted: true }).told[0]).toContain(
      'is not read with --untrusted',
    );
  });

  test('of the environment only variables are read, not what every object has', () => {
    expect(compose('a: ${env.constructor:x}\nb: ${env.__proto__:y}\n').plain).toEqual({ a: 'x', b: 'y' });
    expect(compose('a: ${env.toString}\n').told[0]).toContain('ENVIRONMENT_UNSET');
  });

  test('variables that repeat each other into a bomb are refused: of text, and of values', () => {
    const tenTimes = (join: (ten: string[]) => string) =>
      Array.from({ length: 12 }, (_, i) => `  v${i + 1}: ${join(Array(10).fill(`\${vars.v${i}}`))}\n`).join('');
    const told = 'variables repeat too much: they may stand for 20000 values and 262144 characters in all';
    const text = compose(`vars:\n  v0: ten letter\n${tenTimes((ten) => `"${ten.join('')}"`)}a: \${vars.v12}\n`);
    expect(text.told[0]).toContain(told);
    const values = compose(`vars:\n  v0: [1]\n${tenTimes((ten) => `["${ten.join('", "')}"]`)}a: \${vars.v12}\n`);
    expect(values.told[0]).toContain(told);
  });

  test('a chain of thousands of variables is refused, not followed', () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `  v${i + 1}: \${vars.v${i}}\n`).join('');
    expect(compose(`vars:\n  v0: 1\n${chain}a: \${vars.v5000}\n`).told[0]).toContain('more than 64 deep');
  });

  test('vars must be a map', () => {
    expect(compose('vars: [1]\n').told).toEqual(['VALUE_TYPE r.yaml:1:7 vars must be a map of names to values']);
  });
});

describe('--set', () => {
  const base = 'train: { epochs: 1 }\nloss: [{ type: contrastive, margin: 1 }, bce]\ndistance: euclidean\n';
  test.each([
    ['train.epochs=3', { train: { epochs: 3 } }],
    ['train.name=a=b', { train: { epochs: 1, name: 'a=b' } }],
    ['evaluate.pairs.count=10', { evaluate: { pairs: { count: 10 } } }],
    ['loss.0.margin=2', { loss: [{ type: 'contrastive', margin: 2 }, 'bce'] }],
    ['loss.2=mse', { loss: [{ type: 'contrastive', margin: 1 }, 'bce', 'mse'] }],
    ['loss=bce', { loss: 'bce' }],
    ['distance.power=3', { distance: { type: 'euclidean', power: 3 } }],
    ['distance={ type: minkowski, power: 3 }', { distance: { type: 'minkowski', power: 3 } }],
    ['optimizer.scales."encoder.conv"=0', { optimizer: { scales: { 'encoder.conv': 0 } } }],
    ['trackers=[csv]', { trackers: ['csv'] }],
    ['name=', { name: '' }],
    ['nonsense.x=1', { nonsense: { x: 1 } }],
  ])('%s', (set, expected) => {
    const { plain, told } = compose(base, { set: [set] });
    expect(told).toEqual([]);
    expect(plain).toEqual({
      train: { epochs: 1 },
      loss: [{ type: 'contrastive', margin: 1 }, 'bce'],
      distance: 'euclidean',
      ...expected,
    });
  });

  test('the only loss may be called loss.0, and a new type drops its options', () => {
    expect(compose('loss: { type: contrastive, margin: 1 }\n', { set: ['loss.0.margin=2'] }).plain).toEqual({
      loss: { type: 'contrastive', margin: 2 },
    });
    expect(compose('loss: { type: contrastive, margin: 1 }\n', { set: ['loss.type=bce'] }).plain).toEqual({
      loss: { type: 'bce' },
    });
  });

  test.each([
    ['train.epochs', '--set train.epochs is not PATH=VALUE: write --set train.epochs=...'],
    ['=3', '--set =3: "" is no path such as train.epochs'],
    ['train..epochs=3', '--set train..epochs=3: "train..epochs" is no path such as train.epochs'],
    ['train.epochs.x=3', '--set train.epochs.x=3: train.epochs is a single value, there is no x in it'],
    ['loss.margin=3', '--set loss.margin=3: loss is a list of 2: write loss.0, not loss.margin'],
    ['loss.7=3', '--set loss.7=3: loss is a list of 2: write loss.0, not loss.7'],
    ['train.epochs=[1', '--set train.epochs=[1: the [ that opens here is not closed: ] is missing'],
    ['extends=a.yaml', '--set extends=a.yaml: what a recipe extends cannot be set'],
  ])('%s is refused', (set, message) => {
    expect(compose(base, { set: [set] }).told).toEqual([`SET_SYNTAX - ${message}`]);
  });

  test('the origin is the text as typed', () => {
    const composed = compose(base, { set: ['train.epochs=3'] });
    expect(originAt(composed, 'train', 'epochs')).toBe('--set train.epochs=3');
  });
});

test('a path begins in the folder of the file that names it', () => {
  const composed = compose(
    {
      'deep/a.yaml': 'vars: { root: ./x }\na: ./one\nb: ${vars.root}/two\n',
      'r.yaml': 'extends: deep/a.yaml\nc: ./three\n',
    },
    { set: ['d=./four'] },
  );
  const from = (key: string): string =>
    folderOfOrigin(nodeAt(composed.root, [key])!.origin, composed.folder).replace(composed.folder, '');
  expect([from('a'), from('b'), from('c'), from('d')]).toEqual(['/deep', '/deep', '', process.cwd()]);
});
