import { installNative, type Progress } from '../engine/install.js';
import { nativeStatus } from '../engine/status.js';
import { status } from './exit.js';
import { err, out } from './terminal.js';

export async function engineStatus(options: { readonly json?: boolean }): Promise<number> {
  const native = await nativeStatus('full');
  if (options.json) {
    out(JSON.stringify({ native, portable: { state: 'ready' } }, null, 2));
    return status.good;
  }
  const reason = native.reason === null ? '' : `: ${native.reason}`;
  out(`native    ${native.state}${reason} (${native.source}, ${native.folder})`);
  out('portable  ready');
  if (native.state !== 'ready' && native.state !== 'unsupported')
    out('`siamese engine install` builds the native engine.');
  return status.good;
}

export async function engineInstall(): Promise<number> {
  const installed = await installNative(progressLines(), 'full');
  out(`${installed.built ? 'built' : 'nothing to do'}: the native engine is ready in ${installed.folder}`);
  return status.good;
}

/** One line per stage and per tenth of it. */
function progressLines(): Progress {
  let last = '';
  return (message, fraction) => {
    const line = fraction > 0 && fraction < 1 ? `${message} ${Math.floor(fraction * 10) * 10}%` : message;
    if (line !== last) err(line);
    last = line;
  };
}
