/** Loads tfjs-wasm's WebAssembly module, with threads where they help. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { Worker } from 'node:worker_threads';
import type { BackendWasmModule } from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';
import * as tfc from '@tensorflow/tfjs-core';
import { fail } from '../problem/index.js';

/** The module as Emscripten makes it, as far as it is used here. */
export interface WasmModule extends BackendWasmModule {
  cwrap(name: string, result: 'number' | null, parameters: readonly 'number'[]): (...values: number[]) => number;
  /** Only in the build with threads. */
  readonly PThread?: { readonly unusedWorkers: Worker[]; readonly runningWorkers: readonly Worker[] };
}
type Factory = (settings: {
  locateFile(file: string): string | URL;
  mainScriptUrlOrBlob: string;
  printErr(line: string): void;
}) => Promise<WasmModule>;

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'wasm-out');

/**
 * Half of the processors, four at most, as tfjs-wasm has it in a browser: its threads wait by spinning, so on a machine with
 * other work to do one thread too many costs more than it brings.
 */
const usualThreads = (): number => Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)));

/**
 * The module, without threads where none can be started. The numbers are the same for any count: threads share out the rows
 * and columns of a result, never the terms of one sum. Errors: MEMORY.
 */
export async function loadWasmModule(threads = usualThreads()): Promise<WasmModule> {
  const vectors = await tfc.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  if (vectors && threads > 1) {
    try {
      return await load('tfjs-backend-wasm-threaded-simd', threads);
    } catch {
      // no workers here, or no shared memory: one thread does the same, more slowly
    }
  }
  try {
    return await load('tfjs-backend-wasm', 1, vectors ? 'tfjs-backend-wasm-simd' : 'tfjs-backend-wasm');
  } catch (error) {
    if (!/Cannot allocate Wasm memory/.test(String(error))) throw error;
    return fail(
      'MEMORY',
      'WebAssembly cannot reserve the 10 GiB of addresses that it asks for: `ulimit -v` allows fewer',
      {
        hint: 'NODE_OPTIONS=--disable-wasm-trap-handler lets it ask for what it uses alone.',
      },
    );
  }
}

async function load(script: string, threads: number, binary = script): Promise<WasmModule> {
  const file = join(folder, `${script}.js`);
  const module = await evaluate(
    file,
    threads,
  )({
    locateFile: (name) => (name.endsWith('.wasm') ? join(folder, `${binary}.wasm`) : workerScript(join(folder, name))),
    mainScriptUrlOrBlob: file,
    printErr() {}, // why it failed is in the error, too
  });
  module.tfjs = {
    init: module.cwrap('init', null, []),
    initWithThreadsCount: module.cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: module.cwrap('get_threads_count', 'number', []),
    registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: module.cwrap('dispose_data', null, ['number']),
    dispose: module.cwrap('dispose', null, []),
  };
  return module;
}

/**
 * To be called when the backend has been made, which takes its threads from those that were started, eight whatever the
 * count: ends the others, and lets the process end while its own still wait for work.
 */
export function releaseWorkers({ PThread }: WasmModule): void {
  for (const worker of PThread?.unusedWorkers.splice(0) ?? []) void worker.terminate();
  for (const worker of PThread?.runningWorkers ?? []) worker.unref();
}

/** Emscripten's script with its surroundings, so that it leaves the process's own alone. */
function evaluate(file: string, threads: number): Factory {
  const surroundings = {
    // it would catch every uncaught exception of the process, to throw it again from its own one long line
    process: Object.assign(Object.create(process) as object, { on: () => {}, listeners: () => [] }),
    // it takes half of the processors that it is told of
    require: (name: string): unknown => (name === 'os' ? { cpus: () => new Array(2 * threads) } : require(name)),
    module: { exports: undefined as Factory | undefined },
    exports: {},
    global: {},
    Worker: PlainWorker,
    __filename: file,
    __dirname: folder,
  };
  compileFunction(readFileSync(file, 'utf8'), Object.keys(surroundings), { filename: file })(
    ...Object.values(surroundings),
  );
  return surroundings.module.exports!;
}

/** Without the flags that this process was started with: a loader given to Node would be loaded in every thread. */
class PlainWorker extends Worker {
  constructor(script: URL) {
    super(script, { execArgv: [] });
  }
}

/** The package holds the workers' code as a string in a module, with its line feeds not yet written out. */
function workerScript(file: string): URL {
  const code = [
    `import { createRequire } from 'node:module';`,
    `const require = createRequire(${JSON.stringify(file)});`,
    `const { wasmWorkerContents } = require(${JSON.stringify(file)});`,
    `new Function('require', '__filename', wasmWorkerContents.replaceAll('\\n', '\\\\n'))(require, ${JSON.stringify(file)});`,
  ];
  return new URL(`data:text/javascript,${encodeURIComponent(code.join('\n'))}`);
}
