import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What a person may get wrong: each has a clear error and a status, and loses nothing. */
const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'siamese-bad-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const siamese = (args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, ...env },
  });

const network = 'encoder: { type: mlp, hidden: [8], dimensions: 4 }\ntrain: { epochs: 1, batchSize: 4 }\n';
const synthetic = 'data: { source: { type: synthetic, groups: 9, perGroup: 10 } }\n';
const table = (file: string): string =>
  `data: { source: { type: table, path: ${file}, group: group } }\nloss: contrastive\n`;

/** Writes a recipe and runs it, by default into a folder of its own. */
function run(name: string, text: string, args: readonly string[] = ['--out', `out-${name}`]) {
  writeFileSync(join(folder, `${name}.yaml`), `version: 1\nname: ${name}\n${text}${network}`);
  return siamese(['run', `${name}.yaml`, ...args]);
}

const plugins = `import { definePlugin, Loss, ops } from 'siamese';
const options = { type: 'object', additionalProperties: false, properties: {} } as const;
const loss = (name, perPair, create) =>
  definePlugin(Loss, { name, summary: 'x', options, needs: { score: 'distance' }, create: create ?? (() => ({ perPair })) });
const boom = (where) => () => { throw new Error('boom in ' + where); };
export default [
  loss('acme/step', boom('the step')),
  loss('acme/create', null, boom('create')),
  loss('acme/shape', (d) => ops.expandDims(d, 1)),
];
`;

beforeAll(() => {
  const files = {
    'short.csv': 'group,a,b\nx,1,2\nx,3,4\ny,5\ny,7,8\n',
    'nan.csv': 'group,a,b\nx,1,2\nx,3,nan\ny,5,6\ny,7,8\n',
    'one-group.csv': 'group,a,b\nx,1,2\nx,3,4\nx,5,6\nx,7,8\n',
    'single.csv': 'group,a,b\nx,1,2\nx,3,4\ny,5,6\ny,7,8\nz,1,1\n',
    'plugins.ts': plugins,
    'import.ts': 'throw new Error("boom at import");\n',
    'none.ts': 'export default { name: "x" };\n',
    'a-file': 'not a folder',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const idx = Buffer.alloc(16 + 10);
  idx.set([0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 2]); // 5 images of 2x2, of which 10 bytes are there
  writeFileSync(join(folder, 'images'), idx);
  writeFileSync(join(folder, 'labels'), Buffer.from([0, 0, 8, 1, 0, 0, 0, 5, 0, 0, 1, 1, 1]));
  mkdirSync(join(folder, 'full'));
  writeFileSync(join(folder, 'full', 'precious'), 'kept');
});

const cases: readonly (readonly [name: string, text: string, status: number, says: RegExp])[] = [
  ['missing', table('nowhere.csv'), 1, /missing\.yaml:3:38 {2}DATA_MISSING {2}nowhere\.csv does not exist/],
  [
    'cut-idx',
    'data: { source: { type: idx, items: images, groups: labels } }\nloss: contrastive\n',
    1,
    /cut-idx\.yaml:3:\d+ {2}DATA_FORMAT {2}images is cut short: expected 36 bytes .* found 26/,
  ],
  ['short-row', table('short.csv'), 1, /short\.csv:4:1 {2}DATA_ROW .* names 3 columns, this row has 2/],
  ['nan', table('nan.csv'), 1, /nan\.csv:3:5 {2}DATA_VALUE {2}column "b" has "nan"/],
  [
    'one-group',
    table('one-group.csv'),
    1,
    /one-group\.yaml:3:\d+ {2}DATA_GROUPS .*the data has 1\n.*table.*\n *\| +\^/,
  ],
  [
    'single',
    table('single.csv'),
    1,
    /single\.yaml:3:\d+ {2}DATA_GROUPS .*training part.*a positive pair needs a group with two\n.*\n *\| +\^/,
  ],
  [
    'step',
    `plugins: [./plugins.ts]\n${synthetic}loss: acme/step\n`,
    3,
    /step\.yaml:5:7 {2}PLUGIN_FAILED {2}loss acme\/step threw: boom in the step/,
  ],
  [
    'create',
    `plugins: [./plugins.ts]\n${synthetic}loss: acme/create\n`,
    3,
    /create\.yaml:5:7 {2}PLUGIN_FAILED {2}loss acme\/create threw: boom in create/,
  ],
  [
    'shape',
    `plugins: [./plugins.ts]\n${synthetic}loss: acme/shape\n`,
    3,
    /PLUGIN_FAILED {2}loss acme\/shape returned the shape \[4,1\], it must return \[4\]/,
  ],
  [
    'import',
    `plugins: [./import.ts]\n${synthetic}loss: contrastive\n`,
    1,
    /import\.yaml:3:11 {2}PLUGIN_LOAD .*boom at import/,
  ],
  ['no-plugin', `plugins: [./none.ts]\n${synthetic}loss: contrastive\n`, 1, /no-plugin\.yaml:3:11 {2}PLUGIN_INVALID/],
];

describe('bad input', () => {
  for (const [name, text, status, says] of cases) {
    it(`${name}: status ${status}`, () => {
      const ended = run(name, text);
      expect(ended.stderr).toMatch(says);
      expect(ended.stderr).not.toMatch(/\n {4}at /);
      expect(ended.status).toBe(status);
      expect(ended.stdout).toBe('');
    });
  }

  it('a loss that is not finite: status 3, the step, the rate where it was given, and a way out', () => {
    const says = /LOSS_NOT_FINITE {2}the loss became NaN at step \d/;
    const rate = 'optimizer.learningRate=1e30';
    const set = run('infinite', `${synthetic}loss: contrastive\n`, ['--out', 'infinite', '--set', rate]);
    expect(set.stderr).toMatch(new RegExp(`\n${says.source}.* \\(from --set ${rate}\\)\n`));
    const written = `${synthetic}loss: contrastive\noptimizer: { type: adam, learningRate: 1.0e+30 }\n`;
    expect(run('written', written, ['--out', 'written']).stderr).toMatch(
      new RegExp(`written\\.yaml:5:40 {2}${says.source}`),
    );
    expect(set.status).toBe(3);
    const result = JSON.parse(readFileSync(join(folder, 'infinite/result.json'), 'utf8')) as { status: string };
    expect(result.status).toBe('failed');
  });

  it('a batch larger than the data: by plan and by run', () => {
    const text = `${synthetic}loss: contrastive\n`;
    const set = ['--set', 'train.batchSize=512'];
    const says = /SAMPLER {2}train\.batchSize is 512, but the training part gives only \d+ rows/;
    const ended = run('batch', text, ['--out', 'batch', ...set]);
    expect(ended.stderr).toMatch(says);
    expect(ended.status).toBe(1);
    const planned = siamese(['plan', 'batch.yaml', ...set]);
    expect(planned.stderr).toMatch(says);
    expect(planned.status).toBe(1);
  });

  for (const [set, says] of [
    ['train={ epoch: 3 }', 'KEY_UNKNOWN  train.epoch is no key of train; did you mean epochs?'],
    [
      'train.batchSize=512',
      'SAMPLER  train.batchSize is 512, but the training part gives only 50 rows; it must be at most that',
    ],
    [
      'data.split={ type: unseen-groups, validation: 0.6, test: 0.5 }',
      'SPLIT  data.split: validation 0.6 and test 0.5 leave nothing for training; together they must be below 1',
    ],
    ['head=dense', 'UNUSED_SETTING  nothing trains head dense: every loss reads embeddings'],
  ] as const) {
    it(`--set ${set}: stands in no file, and the message says so`, () => {
      const loss = set.startsWith('head') ? 'loss: triplet\nsampler: random-triplets\n' : 'loss: contrastive\n';
      writeFileSync(join(folder, 'set.yaml'), `version: 1\nname: set\n${synthetic}${loss}${network}`);
      const ended = siamese(['plan', 'set.yaml', '--set', set]);
      expect(ended.stderr.split('\n')[0]).toBe(`${says} (from --set ${set})`);
      expect(ended.status).toBe(1);
    });
  }

  it('pairs that do not fit in memory: found by plan', () => {
    const data = 'data: { source: { type: synthetic, groups: 100, perGroup: 3000, shape: [2] } }\n';
    writeFileSync(
      join(folder, 'memory.yaml'),
      `version: 1\nname: memory\n${data}loss: contrastive\n${network}evaluate: { pairs: all }\n`,
    );
    const ended = siamese(['plan', 'memory.yaml']);
    expect(ended.stderr).toMatch(/memory\.yaml:7:\d+ {2}MEMORY .*pairs of evaluate\.pairs/);
    expect(ended.status).toBe(1);
  });

  for (const [name, out, says] of [
    ['a folder that holds something', 'full', /OUTPUT .*is not empty \(precious\)/],
    ['a file', 'a-file', /OUTPUT .*is a file/],
    ['below a file', 'a-file/below', /OUTPUT/],
    ['below a folder that takes none', '/proc/none', /OUTPUT/],
  ] as const) {
    it(`an output folder that cannot be used, ${name}: status 3, nothing lost`, () => {
      const ended = run('output', `${synthetic}loss: contrastive\n`, ['--out', out]);
      expect(ended.stderr).toMatch(says);
      expect(ended.stderr).not.toMatch(/\n {4}at /);
      expect(ended.status).toBe(3);
      expect(readFileSync(join(folder, 'full/precious'), 'utf8')).toBe('kept');
      expect(readFileSync(join(folder, 'a-file'), 'utf8')).toBe('not a folder');
    });
  }

  it('a runs folder that cannot be written: at the name that it follows from', () => {
    writeFileSync(join(folder, 'runs'), 'a file');
    const ended = run('name', `${synthetic}loss: contrastive\n`, []);
    rmSync(join(folder, 'runs'));
    expect(ended.stderr).toMatch(/name\.yaml:2:7 {2}OUTPUT .*\n.*name: name\n *\| +\^\^\^\^/);
    expect(ended.status).toBe(3);
  });

  it('a split that leaves too little: at the split, by run and by plan', () => {
    const source = '{ type: synthetic, groups: 3, perGroup: 10 }';
    const split = 'split: { type: unseen-groups, validation: 0.45, test: 0.45 }';
    const ended = run('left', `data:\n  source: ${source}\n  ${split}\nloss: contrastive\n`);
    const says = /left\.yaml:5:\d+ {2}DATA_GROUPS .*training part.*a negative pair needs at least two groups/;
    expect(ended.stderr).toMatch(says);
    expect(siamese(['plan', 'left.yaml']).stderr).toMatch(says);
    const nine = run('nine', `data:\n  source: ${source.replace('3', '2')}\n  ${split}\nloss: contrastive\n`);
    expect(nine.stderr).toMatch(/nine\.yaml:5:\d+ {2}DATA_GROUPS .*need at least 3 groups; the data has 2\n.*split/);
  });

  it('a warm-up longer than the training: a warning at its place, by plan and by run', () => {
    const text = `${synthetic}loss: contrastive\n`;
    const schedule = '\ntrain: { epochs: 1, batchSize: 4, schedule: { type: warmup, steps: 40 } }\n';
    const lines = `version: 1\nname: warm\n${text}${network.split('\n')[0]}${schedule}`;
    writeFileSync(join(folder, 'warm.yaml'), lines);
    const says =
      /UNUSED_SETTING {2}warning: schedule warmup still rises when training ends: the last of \d+ steps has \d+% of/;
    const planned = siamese(['plan', 'warm.yaml']);
    expect(planned.stderr).toMatch(says);
    expect(planned.stderr).toMatch(/warm\.yaml:6:\d+ {2}UNUSED_SETTING/);
    expect(planned.status).toBe(0);
    expect(siamese(['plan', 'warm.yaml', '--set', 'train.schedule.steps=5']).stderr).toBe('');
    const ran = siamese(['run', 'warm.yaml', '--out', 'warm']);
    expect(ran.stderr).toMatch(/warning: schedule warmup still rises when training ends/);
    expect(ran.status).toBe(0);
  });

  it('--untrusted runs no code of a recipe', () => {
    writeFileSync(join(folder, 'code.yaml'), `version: 1\nname: code\nplugins: [./import.ts]\n${synthetic}${network}`);
    const ended = siamese(['validate', 'code.yaml', '--untrusted']);
    expect(ended.stderr).toMatch(/code\.yaml:3:11 {2}PLUGIN_LOAD {2}plugins are code: --untrusted does not load/);
    expect(ended.stderr).toContain('code that a run would load, and that was not loaded: ./import.ts');
    expect(ended.stderr).not.toContain('boom');
    expect(ended.status).toBe(1);
  });

  it('names of files and plugins reach no terminal as they are, and forge no line', () => {
    const name = 'x\n::set-output name=a::b\u001b]0;title\u0007.yaml';
    writeFileSync(join(folder, name), `version: 1\nname: forged\n${synthetic}loss: contrastive\n${network}`);
    expect(siamese(['validate', name])).toMatchObject({
      stdout: 'x·::set-output name=a::b·]0;title·.yaml: valid\n',
      status: 0,
    });
    writeFileSync(join(folder, 'forged.yaml'), 'plugins: ["a\\n::error::b\\e[2J"]\n');
    const { stderr } = siamese(['validate', 'forged.yaml', '--untrusted']);
    expect(stderr).toContain('that was not loaded: a·::error::b·[2J\n');
    const listed = siamese(['validate', 'forged.yaml', '--untrusted', '--format', 'github']).stdout;
    expect(listed).toContain('does not load a%0A::error::b\\u001b[2J\n');
  });

  it('a table of 100,000 columns and 1,000 fields that name none of them: each a line', () => {
    const columns = Array.from({ length: 100_000 }, (_, i) => `column${i}`);
    writeFileSync(join(folder, 'wide.csv'), `group,${columns.join(',')}\na${',1'.repeat(columns.length)}\n`);
    const fields = Array.from({ length: 1000 }, (_, i) => `    field${i}: { kind: vector, columns: "f*${i}" }\n`);
    const data = `data:\n  source: { type: table, path: wide.csv, group: group }\n  fields:\n${fields.join('')}`;
    writeFileSync(join(folder, 'wide.yaml'), `version: 1\nname: wide\n${data}loss: contrastive\n${network}`);
    const { stderr, status } = siamese(['validate', 'wide.yaml', '--untrusted']);
    expect(stderr).toContain('the data does not have; its columns: group, column0, column1, ');
    expect(stderr).toContain(', column18, ... (100001)\n');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('1000 problems');
    expect(status).toBe(1);
  });

  it('no recipe: a folder, noise, nothing there', () => {
    writeFileSync(join(folder, 'noise.yaml'), Buffer.from(Array.from({ length: 400 }, (_, i) => (i * 97) % 256)));
    for (const file of ['.', 'noise.yaml', 'nowhere.yaml']) {
      const ended = siamese(['validate', file]);
      expect(ended.stderr, file).toMatch(/FILE_MISSING|YAML_/);
      expect(ended.stderr).not.toMatch(/\n {4}at /);
      expect(ended.status).toBe(1);
    }
  });

  it('runs: of a file, of a status that there is not, of filters that leave none', () => {
    const listed = join(folder, 'listed');
    for (const name of ['a', 'b']) mkdirSync(join(listed, name), { recursive: true });
    for (const name of ['a', 'b']) writeFileSync(join(listed, name, 'plan.json'), '{"plan":{"name":"faces","seed":1}}');
    expect(siamese(['runs', 'a-file'])).toMatchObject({
      status: 1,
      stderr: 'RUN_FOLDER  a-file is a file: name the folder that holds the runs\n1 problem\n',
    });
    expect(siamese(['runs', 'listed', '--status', 'complete'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Allowed choices are completed, interrupted, failed, running, damaged.'),
    });
    const said = (...filters: string[]): string => siamese(['runs', 'listed', ...filters]).stdout;
    expect(said('--status', 'running').split('\n')).toHaveLength(4);
    expect(said('--status', 'failed')).toBe('none of 2 runs in listed is failed\n');
    expect(said('--recipe', 'nope')).toBe('none of 2 runs in listed is of recipe nope; recipes: faces\n');
    expect(said('--recipe', 'nope', '--json')).toBe('[]\n');
    expect(siamese(['runs', 'nowhere']).stdout).toBe('no runs: there is no folder nowhere\n');
  });

  it('a wrong command line: status 2, with a suggestion', () => {
    expect(siamese(['validat', 'x.yaml'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Did you mean validate?'),
    });
    expect(siamese(['run'])).toMatchObject({ status: 2 });
    expect(siamese(['run', 'x.yaml', '--nope'])).toMatchObject({ status: 2 });
    expect(siamese(['run', 'x.yaml', '--engine', 'fast'])).toMatchObject({ status: 2 });
  });

  it('five mistakes of one stage are told at once, each at its place', () => {
    const lines = [
      'version: 1',
      'name: five',
      'data: { source: { type: synthetic, group: 9 } }',
      'encoder: { type: mlp, dimension: 4 }',
      'loss: { type: contrastive, margin: -1 }',
      'sampler: { type: balanced-pairs, positives: 2 }',
      'optimizer: { type: adam, learningRat: 1 }',
    ];
    writeFileSync(join(folder, 'five.yaml'), `${lines.join('\n')}\n`);
    const { status, stderr } = siamese(['validate', 'five.yaml']);
    expect(status).toBe(1);
    expect(stderr).toContain(
      'five.yaml:3:36  OPTION_UNKNOWN  data.source.group is no option of synthetic; did you mean groups?',
    );
    expect(stderr).toContain(
      'five.yaml:4:23  OPTION_UNKNOWN  encoder.dimension is no option of mlp; did you mean dimensions?',
    );
    expect(stderr).toContain('five.yaml:5:36  OPTION_RANGE  loss.margin must be > 0, got -1');
    expect(stderr).toContain('five.yaml:6:45  OPTION_RANGE  sampler.positives must be <= 1, got 2');
    expect(stderr).toContain(
      'five.yaml:7:26  OPTION_UNKNOWN  optimizer.learningRat is no option of adam; did you mean learningRate?',
    );
    expect(stderr).toContain('5 problems');
  });

  it('validates without a native library', () => {
    const preload = join(folder, 'no-native.cjs');
    writeFileSync(preload, "process.dlopen = () => { throw new Error('a native library was loaded'); };\n");
    writeFileSync(join(folder, 'good.yaml'), `version: 1\nname: good\n${synthetic}loss: contrastive\n${network}`);
    const ended = siamese(['validate', 'good.yaml'], {
      NODE_OPTIONS: `--require ${preload}`,
      SIAMESE_CACHE: join(folder, 'cache'),
    });
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(0);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });
});
