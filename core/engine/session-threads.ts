import { availableParallelism } from 'node:os';

const variable = 'SIAMESE_SESSION_THREADS';

/**
 * Compiled into the addon: sessions get as many threads within an operation as the environment names while they are made.
 * tfjs-node offers no way to say so, and TensorFlow's own variable holds for the whole process, eager operations too.
 * The two bytes are a ConfigProto: field 2, intra_op_parallelism_threads.
 */
export const sessionThreadsSource = `
#include <tensorflow/c/c_api.h>
#include <cstdlib>

extern "C" TF_SessionOptions* __real_TF_NewSessionOptions();

extern "C" TF_SessionOptions* __wrap_TF_NewSessionOptions() {
  TF_SessionOptions* options = __real_TF_NewSessionOptions();
  const char* asked = std::getenv("${variable}");
  const int threads = asked ? std::atoi(asked) : 0;
  if (threads > 0 && threads < 128) {
    const char config[] = {0x10, static_cast<char>(threads)};
    TF_Status* status = TF_NewStatus();
    TF_SetConfig(options, config, sizeof config, status);
    TF_DeleteStatus(status);
  }
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

/** What `load` returns; the session that it makes has so many threads within an operation. */
export function withSessionThreads<T>(threads: number, load: () => T): T {
  process.env[variable] = String(threads);
  try {
    return load();
  } finally {
    delete process.env[variable];
  }
}
