import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siameseIn, workFolder } from '../cli/validate/command.js';
import { LanguageServer } from './language-server.js';

/** Completion, hover and diagnostics of recipes, by the language server that editors run. */
const folder = workFolder();
const file = join(folder, 'faces.yaml');
let server: LanguageServer;

const plugin = `import { definePlugin, Loss, ops } from 'siamese';
export default definePlugin(Loss, {
  name: 'acme/soft', summary: 'Contrastive with a soft border.', needs: { score: 'distance' },
  options: { type: 'object', additionalProperties: false, properties: {
    softness: { type: 'number', exclusiveMinimum: 0, default: 0.5, description: 'How gently pushing fades.' },
    shape: { type: 'string', enum: ['cubic', 'square'], default: 'square', description: 'Of the border.' } } },
  create: () => ({ perPair: (distance, target) => ops.mul(target, distance) }),
});
`;
const header = '# yaml-language-server: $schema=./siamese.schema.json\n';
const head = `${header}version: 1\nname: faces\nplugins: [./soft.ts]\ndata: { source: synthetic }\n`;

beforeAll(async () => {
  writeFileSync(join(folder, 'soft.ts'), plugin);
  writeFileSync(file, `${head}encoder: mlp\nloss: acme/soft\n`);
  const made = siameseIn(folder, ['schema', 'faces.yaml', '--out', 'siamese.schema.json']);
  expect(made.status, made.stderr).toBe(0);
  server = await LanguageServer.start(folder);
});
afterAll(() => server.stop());

describe('the editor', () => {
  it('finds nothing wrong with a right recipe', async () => {
    expect(await server.diagnose(file)).toEqual([]);
  });

  it('completes keys of the recipe', async () => {
    const found = await server.complete(`${head}encoder: mlp\nloss: acme/soft\n|`);
    expect(found).toEqual(expect.arrayContaining(['distance', 'train', 'sampler', 'evaluate', 'optimizer']));
    expect(found).not.toContain('loss');
  });

  it('completes names of plugins, those of others too', async () => {
    const found = await server.complete(`${head}encoder: mlp\nloss: |\n`);
    expect(found).toEqual(expect.arrayContaining(['contrastive', 'triplet', 'acme/soft']));
    expect(found).not.toContain('euclidean');
    const typed = await server.complete(`${head}encoder: mlp\nloss:\n  type: |\n`);
    expect(typed).toEqual(expect.arrayContaining(['contrastive', 'acme/soft']));
  });

  it('completes the options of that plugin, and their values', async () => {
    const own = await server.complete(`${head}encoder: mlp\nloss:\n  type: contrastive\n  |\n`);
    expect(own).toContain('margin');
    expect(own).not.toContain('softness');
    const other = await server.complete(`${head}encoder: mlp\nloss:\n  type: acme/soft\n  |\n`);
    expect(other).toEqual(expect.arrayContaining(['softness', 'shape']));
    expect(other).not.toContain('margin');
    const values = await server.complete(`${head}encoder: mlp\nloss:\n  type: acme/soft\n  shape: |\n`);
    expect(values).toEqual(expect.arrayContaining(['cubic', 'square']));
  });

  it('tells what a key, a plugin and an option mean', async () => {
    expect(await server.hover(`${head}encoder: mlp\nloss:\n  type: acme/soft\n  soft|ness: 1\n`)).toContain(
      'How gently pushing fades',
    );
    expect(await server.hover(`${head}encoder: mlp\nloss:\n  type: contrastive\n  mar|gin: 1\n`)).toContain(
      'Distance beyond which a different pair costs nothing',
    );
    expect(await server.hover(`${head}encoder: mlp\nloss: acme/soft\ntrain: { epo|chs: 3 }\n`)).toMatch(
      /[Pp]asses over the training part/,
    );
  });

  it.each([
    ['a misspelt key', 'encoder: mlp\nloss: acme/soft\ntrian: {}\n', 7, /trian/],
    ['an unknown plugin', 'encoder: mlp\nloss: acme/sofd\n', 6, /acme\/soft|value/i],
    ['an option of another plugin', 'encoder: mlp\nloss: { type: acme/soft, margin: 1 }\n', 6, /margin/],
    ['a value out of range', 'encoder: mlp\nloss: { type: acme/soft, softness: 0 }\n', 6, /0/],
    ['a number as text', 'encoder: mlp\nloss: acme/soft\ntrain: { epochs: ten }\n', 7, /type|integer/i],
    ['a missing slot', 'loss: acme/soft\n', 1, /encoder/],
  ])('marks %s at its line', async (name, rest, line, words) => {
    const found = await server.diagnose(join(folder, `${name}.yaml`), head + rest);
    expect(found.map(({ range }) => range.start.line)).toContain(line);
    expect(found.map(({ message }) => message).join('\n')).toMatch(words);
  });
});

describe('what init sets up', () => {
  it('is a recipe that the server knows, in a folder with and without siamese', async () => {
    for (const [name, installed] of [
      ['alone', false],
      ['beside', true],
    ] as const) {
      const at = join(folder, name);
      mkdirSync(join(at, 'node_modules/siamese/schemas'), { recursive: true });
      const shipped = new URL('../../schemas/recipe.bundle.schema.json', import.meta.url);
      if (installed)
        writeFileSync(join(at, 'node_modules/siamese/schemas/recipe.bundle.schema.json'), readFileSync(shipped));
      expect(siameseIn(at, ['init'])).toMatchObject({ status: 0 });
      const text = readFileSync(join(at, 'recipe.yaml'), 'utf8');
      const path = installed ? './node_modules/siamese/schemas/recipe.bundle.schema.json' : './siamese.schema.json';
      expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${path}`);
      const settings = JSON.parse(readFileSync(join(at, '.vscode/settings.json'), 'utf8')) as object;
      expect(settings).toEqual({ 'yaml.schemas': { [path]: ['recipe.yaml', 'recipes/**/*.yaml'] } });
      expect(await server.diagnose(join(at, 'recipe.yaml'))).toEqual([]);
      const wrong = await server.diagnose(join(at, 'wrong.yaml'), text.replace('epochs', 'epocs'));
      expect(wrong.map(({ message }) => message).join()).toContain('epocs');
    }
  });

  it('leaves settings that are there', () => {
    const at = join(folder, 'mine');
    mkdirSync(join(at, '.vscode'), { recursive: true });
    writeFileSync(join(at, '.vscode/settings.json'), '{ "mine": 1 } // yes');
    expect(siameseIn(at, ['init']).stderr).toContain('.vscode/settings.json is there already');
    expect(readFileSync(join(at, '.vscode/settings.json'), 'utf8')).toBe('{ "mine": 1 } // yes');
  });
});
