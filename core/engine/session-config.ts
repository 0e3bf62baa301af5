import { availableParallelism } from 'node:os';

const variable = 'SIAMESE_SESSION_CONFIG';

/** What TensorFlow is told about a program. */
export interface SessionConfig {
  /** Threads within an operation. */
  readonly threads: number;
  /** Whether Grappler rewrites the graph first: it fuses a little, and takes 0.1 to 0.5 s. */
  readonly rewrites: boolean;
}

/**
 * Compiled into the addon: sessions are configured as the environment says while they are made, by a ConfigProto in
 * hexadecimal. tfjs-node offers no way to say so, and TensorFlow's own variables hold for the whole process, eager
 * operations too.
 */
export const sessionConfigSource = `
#include <tensorflow/c/c_api.h>
#include <cstdlib>
#include <string>

extern "C" TF_SessionOptions* __real_TF_NewSessionOptions();

extern "C" TF_SessionOptions* __wrap_TF_NewSessionOptions() {
  TF_SessionOptions* options = __real_TF_NewSessionOptions();
  const char* hex = std::getenv("${variable}");
  std::string config;
  for (; hex && hex[0] && hex[1]; hex += 2) {
    config += static_cast<char>(std::strtol(std::string(hex, 2).c_str(), nullptr, 16));
  }
  TF_Status* status = TF_NewStatus();
  if (!config.empty()) TF_SetConfig(options, config.data(), config.size(), status);
  TF_DeleteStatus(status);
  return options;
}
`;

/**
 * Threads within an operation, where `passes` towers run side by side, each on its share of the processors: two
 * multiplications at once, a thread each, finish sooner than one after another on two, which wait for each other at the
 * end of each.
 */
export const threadsFor = (passes: number, processors = availableParallelism()): number =>
  Math.min(127, Math.max(1, Math.floor(processors / passes)));

/** What `load` returns; the session that it makes is configured so. */
export function withSessionConfig<T>(config: SessionConfig, load: () => T): T {
  process.env[variable] = Buffer.from(encode(config)).toString('hex');
  try {
    return load();
  } finally {
    delete process.env[variable];
  }
}

/** A ConfigProto: intra_op_parallelism_threads, and graph_options.rewrite_options.disable_meta_optimizer. */
const encode = ({ threads, rewrites }: SessionConfig): number[] => [
  ...[0x10, threads],
  ...(rewrites ? [] : [0x52, 5, 0x52, 3, 0x98, 0x01, 1]),
];
