/**
 * Part of the build: joins siamese's modules into few files, which load in a fraction of the time of many. An entry is
 * written where its source lies, below `dist/`; what entries share, or load when they need it, is in `dist/chunks/`, once.
 * So are packages of many small files; their licences are in `dist/licenses.txt`.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { minifySync } from 'rolldown/utils';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

const doors = [
  'core/index',
  'core/testkit/index',
  'core/cli/main',
  'core/read-ahead',
  'core/counting',
  'core/row-reader',
  'core/duck-reader',
  'plugins/index',
];
/** What the repository's own scripts import: set-up, the build, tests, benchmarks, the makers of recipes' data. */
const forScripts = [
  ...['engine/install', 'engine/open', 'files/index', 'plugin/ajv', 'plugin/validators', 'plugin/view', 'random/index'],
  ...[
    'evaluate/bootstrap',
    'evaluate/clusters',
    'evaluate/draws',
    'evaluate/evaluate',
    'evaluate/pairs',
    'evaluate/quantiles',
  ],
  ...['evaluate/score', 'recipe/plan', 'run/ahead/serve', 'run/session', 'run/step', 'train/bind', 'train/feed'],
].map((name) => `core/${name}`);
const pluginsForScripts = [
  ...[
    'light',
    'evaluators/verification',
    'sources/group-names',
    'sources/table',
    'splits/hash',
    'splits/unseen-groups',
  ],
].map((name) => `plugins/${name}`);
const entries = [...doors, ...forScripts, ...pluginsForScripts];

/** CommonJS, so large that an `import` looks longer for the names of its exports than a `require` takes to run it. */
const large = new Set([
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
]);
const required = {
  name: 'required',
  resolveId: (id) => (large.has(id) ? { id: `\0required:${id}`, moduleSideEffects: true } : null),
  load(id) {
    if (!id.startsWith('\0required:')) return null;
    const name = id.slice('\0required:'.length);
    const names = Object.keys(require(name)).filter((key) => key !== 'default');
    return `import { createRequire } from 'node:module';
const $package = createRequire(import.meta.url)(${JSON.stringify(name)});
export const { ${names.join(', ')} } = $package;`;
  },
};

/** `import.meta.url` stays the place at which a module would lie by itself, so that it finds what lies beside. */
const places = {
  name: 'places',
  transform(code, id) {
    if (!id.startsWith(root) || id.includes('node_modules') || !code.includes('import.meta.url')) return null;
    const place = relative(root, id).split(sep).join('/').replace(/\.ts$/, '.js');
    return { code: code.replaceAll('import.meta.url', `__place(${JSON.stringify(place)})`), map: null };
  },
  renderChunk(code, { fileName }) {
    const up = posix.relative(posix.dirname(fileName), '.') || '.';
    return code.replaceAll(/\b__place\("([^"]+)"\)/g, (_, place) => `new URL("${up}/${place}", import.meta.url).href`);
  },
};

/**
 * vega-lite takes four small functions from the whole of vega, which has them from vega-util; and a canvas that somebody
 * has installed would measure texts otherwise than here.
 */
const charts = {
  name: 'charts',
  resolveId(id, importer) {
    if (id === 'vega') return this.resolve('vega-util', importer);
    return id === 'canvas' ? '\0no-canvas' : null;
  },
  load: (id) => (id === '\0no-canvas' ? 'export {};' : null),
  /** Half as long, and read in less time; nearly all of it is vega's. */
  renderChunk: (code, { name, fileName }) =>
    name === 'draw' ? minifySync(fileName, code, { module: true }).code : null,
};

/** Packages of many small files: to load them takes longer than all of siamese. */
const inlined =
  /^(inversify|@inversifyjs\/.*|yaml|@bufbuild\/protobuf(\/.*)?|reflect-metadata|umap-js|ml-levenberg-marquardt|ml-matrix|ml-array-(max|min|rescale)|is-any-array|canvas|vega(-[a-z-]+)?|d3-[a-z-]+|internmap|topojson-client|delaunator|robust-predicates|json-stringify-pretty-compact)$/;
const isOutside = (id) => /^[^./\0]/.test(id) && !id.startsWith(root) && !inlined.test(id) && !large.has(id);

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((entry) => [entry, join(root, `${entry}.ts`)])),
  platform: 'node',
  external: isOutside,
  plugins: [required, places, charts],
});
const { output } = await bundle.write({
  dir: join(root, 'dist'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});

/** What an earlier build wrote and this one did not. */
const written = new Set(output.map(({ fileName }) => fileName));
for (const name of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
  if (name.endsWith('.js') && !written.has(name.split(sep).join('/'))) rmSync(join(root, 'dist', name));
}

const homes = new Set(
  output
    .flatMap(({ moduleIds = [] }) => moduleIds)
    .flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.split(sep).join('/')) ?? []),
);
const licences = [...homes].sort().map((home) => {
  const { name, version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const file = readdirSync(home).find((one) => /^licen[cs]e/i.test(one));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(home, file), 'utf8').trim() : ''}\n`;
});
writeFileSync(join(root, 'dist', 'licenses.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`));
