import { cpus, freemem, totalmem } from 'node:os';
import { nativeStatus } from '../engine/status.js';
import { version } from '../run/version.js';
import { status } from './exit.js';
import { out } from './terminal.js';

interface Check {
  readonly name: string;
  readonly state: 'good' | 'warning' | 'problem';
  readonly message: string;
}

const GIB = 2 ** 30;

/** What of this machine matters to a run. Status 1 where a check is a problem. */
export async function doctor(options: { readonly json?: boolean }): Promise<number> {
  const checks = [nodeCheck(), memoryCheck(), await nativeCheck(), await portableCheck()];
  if (options.json) out(JSON.stringify({ siamese: version, checks }, null, 2));
  else {
    out(`siamese ${version}`);
    for (const { name, state, message } of checks) out(`${state.padEnd(8)} ${name.padEnd(16)} ${message}`);
  }
  return checks.some(({ state }) => state === 'problem') ? status.problem : status.good;
}

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'node',
    state: good ? 'good' : 'problem',
    message: `${process.version}${good ? '' : ', but 20.19 or newer is needed'}`,
  };
}

function memoryCheck(): Check {
  const free = freemem() / GIB;
  const state = free < 1 ? 'warning' : 'good';
  return {
    name: 'machine',
    state,
    message: `${cpus().length} cores, ${free.toFixed(1)} of ${(totalmem() / GIB).toFixed(1)} GiB free`,
  };
}

async function nativeCheck(): Promise<Check> {
  const native = await nativeStatus('full');
  if (native.state !== 'ready') {
    const way =
      native.state === 'unsupported'
        ? 'runs use the portable engine'
        : '`siamese engine install` builds it; until then runs use the portable engine';
    return {
      name: 'native engine',
      state: 'warning',
      message: `${native.state}${native.reason ? ` (${native.reason})` : ''}: ${way}`,
    };
  }
  return { name: 'native engine', ...(await computes(async () => (await import('../engine/native.js')).openNative())) };
}

async function portableCheck(): Promise<Check> {
  return {
    name: 'portable engine',
    ...(await computes(async () => (await import('../engine/portable.js')).openPortable())),
  };
}

/** Opens the engine and multiplies two matrices on it. */
async function computes(
  open: () => Promise<{ readonly tensorflow: string | null }>,
): Promise<Pick<Check, 'state' | 'message'>> {
  try {
    const { tensorflow } = await open();
    const { matMul, tensor2d, tidy } = await import('../engine/ops.js');
    const [value] = tidy(() => matMul(tensor2d([[1, 2]]), tensor2d([[3], [4]])).dataSync()); // [1]
    if (value !== 11) return { state: 'problem', message: `computes wrongly: 1*3 + 2*4 gave ${value}` };
    return { state: 'good', message: tensorflow === null ? 'works' : `works, TensorFlow ${tensorflow}` };
  } catch (error) {
    return { state: 'problem', message: error instanceof Error ? error.message : String(error) };
  }
}
