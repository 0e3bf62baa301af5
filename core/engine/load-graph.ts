import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSavedModel, type GraphBytes } from './graph-proto.js';
import type { NativeBinding } from './native-backend.js';
import { type SessionConfig, withSessionConfig } from './session-config.js';

/** A graph as a session of TensorFlow: its number. Errors: TensorFlow's own, where it refuses the graph. */
export function loadGraph(binding: NativeBinding, graph: GraphBytes, config: SessionConfig): number {
  const bytes = encodeSavedModel(graph);
  const folder = mkdtempSync(join(tmpdir(), 'siamese-step-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    return withSessionConfig(config, () => binding.loadSavedModel(folder, 'serve'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
