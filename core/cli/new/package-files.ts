/** The files of a new package with one plugin, by their paths in it. */
import { readFileSync } from 'node:fs';
import type { Kind } from '../../contract/index.js';
import { version } from '../../run/version.js';
import { settingsText } from '../editor.js';
import { recipeFor } from './recipe.js';

export interface PluginName {
  readonly vendor: string;
  readonly word: string;
}

/** `siamese`: where npm gets it from, for the package's own tests. */
export function packageFiles(
  kind: Kind,
  { vendor, word }: PluginName,
  siamese = `^${version}`,
): Readonly<Record<string, string>> {
  const name = `${vendor}/${word}`;
  const constant = constantOf(word);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const source = readTemplate(kind).replace('acme/example', name).replace('const example =', `const ${constant} =`);
  return {
    [`src/${word}.ts`]: source,
    'src/index.ts': `import { ${constant} } from './${word}.js';\n\n/** What recipes that name this package may use. */\nexport default [${constant}];\n`,
    [`src/${word}.test.ts`]: testOf({ kind, name, word, constant }),
    'recipe.yaml': recipeFor(kind, name),
    ...(kind === 'source' ? { 'data.csv': exampleLines() } : {}),
    'README.md': readme(kind, name),
    'package.json': json(manifest({ kind, vendor, word }, siamese)),
    'tsconfig.json': json(compiler),
    '.vscode/settings.json': settingsText('./recipe.schema.json', ['*.yaml']),
    '.gitignore': 'node_modules\ndist\nruns\n',
  };
}

/** The templates are text, not part of the build: they lie among the sources, published too, and not in `dist/`. */
function readTemplate(kind: Kind): string {
  const root = new URL(import.meta.url.endsWith('.ts') ? '../../../' : '../../../../', import.meta.url);
  return readFileSync(new URL(`core/cli/new/templates/${kind}.ts`, root), 'utf8');
}

/** `soft-margin` -> `softMargin`; words that the language keeps for itself get a tail. */
function constantOf(word: string): string {
  const joined = word.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replaceAll('-', '');
  return reserved.has(joined) || imported.has(joined) ? `${joined}Plugin` : joined;
}
const imported = new Set(['ops', 'definePlugin']);
const reserved = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
);

interface Tested extends Omit<PluginName, 'vendor'> {
  readonly kind: Kind;
  readonly name: string;
  readonly constant: string;
}

function testOf({ kind, name, word, constant }: Tested): string {
  const settings = kind === 'source' ? ", { options: { path: 'data.csv' } }" : '';
  return `import { test } from 'node:test';
import { conformance } from 'siamese/testkit';
import { ${constant} } from './${word}.js';

test('${name} does what its contract says', () => conformance(${constant}${settings}));
`;
}

const manifest = ({ kind, vendor, word }: PluginName & { readonly kind: Kind }, siamese: string): unknown => ({
  name: `@${vendor}/${word}`,
  version: '0.1.0',
  type: 'module',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  files: ['dist', '!dist/**/*.test.*'],
  scripts: {
    build: 'tsc',
    test: 'tsc && node --test dist/*.test.js', // of a folder, Node 22 and 24 would run index.js as the test
    check: `siamese plugins test .${kind === 'source' ? optionsFor(`${vendor}/${word}`) : ''}`,
    schema: 'siamese schema recipe.yaml --out recipe.schema.json',
    prepack: 'tsc',
  },
  peerDependencies: { siamese: `^${version}` },
  devDependencies: { '@types/node': '^20.19.0', siamese, typescript: '^6.0.0' },
});

/** The kit needs data to read; quoted for the shells of every system. */
const optionsFor = (name: string): string =>
  ` --options ${JSON.stringify(JSON.stringify({ [name]: { path: 'data.csv' } }))}`;

const compiler = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    declaration: true,
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
};

/** Six groups of ten items, four numbers each, apart from one another. */
function exampleLines(): string {
  const rows = Array.from({ length: 60 }, (_, row) => {
    const group = row % 6;
    const numbers = [0, 1, 2, 3].map((axis) =>
      (Math.sin(7 * group + 3 * axis) + Math.sin(13 * row + axis) / 5).toFixed(3),
    );
    return [`group-${group}`, ...numbers].join(',');
  });
  return `${rows.join('\n')}\n`;
}

const readme = (kind: Kind, name: string): string => `# ${name}

${/^[aeiou]/.test(kind) ? 'An' : 'A'} ${kind} for recipes of siamese, which trains Siamese networks.

\`\`\`
npm install
npm test                        # types, and the conformance kit
npx siamese run recipe.yaml     # a recipe that uses it, straight from src/
npm pack                        # built anew, what a project installs
\`\`\`

After a change of the options: \`npm run schema\`, so that the editor knows them.
In a project that has installed it, a recipe says \`plugins: ["@${name}"]\`, then uses \`${name}\` as any ${kind}.
`;
