import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withoutTensorflow } from '../../core/engine/quiet.js';
import { nativeTest } from './native-test.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function open(environment: Readonly<Record<string, string>>): { readonly stdout: string; readonly stderr: string } {
  const { TF_CPP_MIN_LOG_LEVEL: _, ...inherited } = process.env;
  const args = [here('../../node_modules/jiti/lib/jiti-cli.mjs'), here('open-native.ts'), 'native'];
  return spawnSync(process.execPath, args, { env: { ...inherited, ...environment }, encoding: 'utf8' });
}

describe('TensorFlow’s own lines', () => {
  nativeTest('do not reach the user, even with its log level in the environment', () => {
    for (const environment of [{}, { TF_CPP_MIN_LOG_LEVEL: '2' }]) {
      expect(open(environment)).toMatchObject({ stdout: 'native 3 3 3 3\n', stderr: '' });
    }
  });
  nativeTest('do reach one who asks for them by TF_CPP_MIN_LOG_LEVEL=0', () => {
    const { stdout, stderr } = open({ TF_CPP_MIN_LOG_LEVEL: '0' });
    expect(stdout).toBe('native 3 3 3 3\n');
    expect(stderr).toContain('cpu_feature_guard');
  });
  it('are told from everything else', () => {
    const theirs = [
      'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n',
      'I0000 00:00:1795544680.727148    7394 port.cc:153] oneDNN custom operations are on.\n',
      '2026-01-02 03:04:05.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.\n',
      'To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.\n',
    ];
    const ours = ['Information of a user\n', 'I0000 is no log line\n', '\n', 'a last line without an end'];
    expect(withoutTensorflow([...theirs, ...ours, ...theirs].join(''))).toBe(ours.join('') + theirs[0]!);
    expect(withoutTensorflow(theirs.join(''))).toBe('');
  });
});
