import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeJson, writeWhole } from '../files/index.js';
import { describe, layout } from './cache.js';
import { compile, findHeaders, requireCompiler } from './compile.js';
import { downloadPackage, downloadWheel } from './download.js';
import { tfjsNode } from './pins.js';
import { coreSlot } from './shim.js';
import { unpack } from './unpack.js';

/** Told at each stage and as a download arrives; `fraction` of the whole is in 0..1. */
export type Progress = (message: string, fraction: number) => void;

/**
 * Builds the native engine into an empty folder: downloads and checks its parts, compiles, and writes the manifest last.
 * Errors: ENGINE, saying what the machine lacks.
 */
export async function build(engine: string, report: Progress): Promise<void> {
  await requireCompiler();
  const parts = join(engine, 'parts');
  const loading = join(parts, 'loading');
  await makeFolder(loading);
  const { archive, node, libtensorflow } = await download(parts, loading, report);
  report('unpacking TensorFlow', 0.6);
  const tensorflow = join(parts, 'wheel', 'tensorflow');
  await Promise.all([unpackWheel(libtensorflow, join(parts, 'wheel')), unpack(archive, parts, ['package/'])]);
  await assemble(engine, join(parts, 'package'), tensorflow);
  report('compiling the addon', 0.75);
  await compile(engine, { package: join(parts, 'package'), tensorflow: join(tensorflow, 'include'), node });
  await rm(parts, { recursive: true });
  report('checking what was built', 0.95);
  await writeJson(join(engine, layout.manifest), await describe(engine));
}

/** All at once; when one fails the others are stopped. */
async function download(parts: string, loading: string, report: Progress) {
  const stop = new AbortController();
  const share = (arrived: number): void => report('downloading TensorFlow (274 MB)', 0.6 * arrived);
  share(0);
  const jobs = [
    downloadPackage(tfjsNode, parts, stop.signal),
    findHeaders(parts, stop.signal),
    downloadWheel(loading, share, stop.signal),
  ] as const;
  try {
    const [archive, node, libtensorflow] = await Promise.all(jobs);
    return { archive, node, libtensorflow };
  } finally {
    stop.abort();
    await Promise.allSettled(jobs);
  }
}

function unpackWheel(file: string, folder: string): Promise<void> {
  const libraries = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'];
  const headers = ['tensorflow/c/', 'tensorflow/core/platform/', 'xla/tsl/c/', 'tsl/platform/'];
  return unpack(file, folder, [...libraries, ...headers.map((name) => `tensorflow/include/${name}`)]);
}

/** Puts tfjs-node's JavaScript, libtensorflow and what the JavaScript requires to their places. */
async function assemble(engine: string, source: string, tensorflow: string): Promise<void> {
  const target = join(engine, layout.package);
  await makeFolder(join(engine, layout.libraries));
  await rename(join(source, 'package.json'), join(target, 'package.json'));
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    await rename(join(tensorflow, name), join(engine, layout.libraries, name));
  }
  await moveRuntime(join(source, 'dist'), join(target, 'dist'));
  // Summaries for TensorBoard are all that uses these messages; they would need google-protobuf.
  await writeWhole(join(target, 'dist', 'proto', 'api_pb.js'), 'module.exports = {};\n');
  for (const name of ['tfjs', 'tfjs-core']) {
    const shim = join(engine, 'node_modules', '@tensorflow', name);
    await writeWhole(join(shim, 'package.json'), `{ "name": "@tensorflow/${name}", "main": "index.js" }\n`);
    await writeWhole(join(shim, 'index.js'), `module.exports = globalThis[Symbol.for('${coreSlot}')];\n`);
  }
}

/** Only what a run loads: no tests, types or maps. */
async function moveRuntime(source: string, target: string): Promise<void> {
  await makeFolder(target);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await moveRuntime(from, to);
    else if (/(?<!_test)\.js$/.test(entry.name)) await rename(from, to);
  }
}
