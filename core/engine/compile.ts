import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder, writeWhole } from '../files/index.js';
import { fail } from '../problem/index.js';
import { layout } from './cache.js';
import { downloadPackage, missing } from './download.js';
import { nodeHeaders } from './pins.js';
import { quietSource } from './quiet.js';
import { releasedPagesSource } from './released-pages.js';
import { scatteredSource } from './scattered-pages.js';
import { sessionConfigSource } from './session-config.js';
import { lastLine, run } from './subprocess.js';
import { unpack } from './unpack.js';

/** Node's addon headers: those beside the running Node, else the npm package of them, unpacked into `folder`. */
export async function findHeaders(folder: string, signal: AbortSignal): Promise<string> {
  const beside = join(dirname(dirname(process.execPath)), 'include', 'node');
  if (existsSync(join(beside, 'node_api.h'))) return beside;
  const archive = await downloadPackage(nodeHeaders, folder, signal);
  await unpack(archive, join(folder, 'headers'), ['package/include/']);
  return join(folder, 'headers', 'package', 'include');
}

export interface Sources {
  /** tfjs-node's unpacked package: its `binding/` is C++. */
  readonly package: string;
  /** TensorFlow's headers. */
  readonly tensorflow: string;
  readonly node: string;
}

/** Compiles the addon, its stderr guard and the one for mapped files into the engine at `engine`, whose libraries are in place. About 9 s. */
export async function compile(engine: string, sources: Sources): Promise<void> {
  const shared = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', `-I${sources.node}`];
  const binding = (name: string): string => join(sources.package, 'binding', name);
  await writeWhole(binding('quiet.cc'), quietSource);
  await writeWhole(binding('session_config.cc'), sessionConfigSource);
  await writeWhole(binding('released_pages.cc'), releasedPagesSource);
  await writeWhole(binding('scattered.cc'), scatteredSource);
  await makeFolder(dirname(join(engine, layout.binding)));
  const libraries = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];
  await Promise.all([
    compiler([...shared, binding('quiet.cc'), '-o', join(engine, layout.quiet)]),
    compiler([...shared, binding('scattered.cc'), '-o', join(engine, layout.scattered)]),
    compiler([
      ...shared,
      `-I${sources.tensorflow}`,
      ...['tfjs_backend.cc', 'tfjs_binding.cc', 'session_config.cc', 'released_pages.cc'].map(binding),
      `-L${join(engine, layout.libraries)}`,
      ...libraries,
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-Wl,--wrap=TF_NewSessionOptions',
      ...['-o', join(engine, layout.binding)],
    ]),
  ]);
}

/** Fails before anything is downloaded where no compiler is installed. */
export async function requireCompiler(): Promise<void> {
  const found = await run('g++', ['--version']);
  if (found.status !== 0) missing('g++', 'On Debian and Ubuntu: `apt-get install g++`');
}

async function compiler(args: readonly string[]): Promise<void> {
  const finished = await run('g++', args);
  if (finished.status === 0) return;
  const error = finished.errors.split('\n').find((line) => line.includes('error')) ?? lastLine(finished.errors);
  fail('ENGINE', `the native engine cannot be built: g++ failed (${error.trim()})`);
}
