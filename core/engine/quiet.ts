/**
 * A tiny addon that holds back what libtensorflow writes to stderr while it is loaded. Its notice about oneDNN comes from a
 * static initializer inside `dlopen`, before any log level is read, so neither TF_CPP_MIN_LOG_LEVEL nor a call can stop it,
 * and Node cannot redirect its own file descriptor 2. `hush()` points it at a file in memory, `restore()` points it back and
 * returns what was written meanwhile, so that nothing but TensorFlow's own lines is lost.
 */
export const quietSource = `
#include <fcntl.h>
#include <node_api.h>
#include <sys/mman.h>
#include <unistd.h>
#include <algorithm>
#include <string>

static int kept = -1;
static int sink = -1;

static napi_value Hush(napi_env env, napi_callback_info) {
  napi_value done;
  if (kept < 0) {
    sink = memfd_create("stderr", MFD_CLOEXEC);
    if (sink >= 0) kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (kept >= 0) dup2(sink, STDERR_FILENO);
  }
  napi_get_boolean(env, kept >= 0, &done);
  return done;
}

static napi_value Restore(napi_env env, napi_callback_info) {
  std::string text;
  if (kept >= 0) {
    dup2(kept, STDERR_FILENO);
    close(kept);
    text.resize(lseek(sink, 0, SEEK_END));
    text.resize(std::max<ssize_t>(0, pread(sink, &text[0], text.size(), 0)));
    kept = -1;
  }
  if (sink >= 0) close(sink);
  sink = -1;
  napi_value value;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

NAPI_MODULE_INIT() {
  napi_value hush, restore;
  napi_create_function(env, "hush", NAPI_AUTO_LENGTH, Hush, nullptr, &hush);
  napi_create_function(env, "restore", NAPI_AUTO_LENGTH, Restore, nullptr, &restore);
  napi_set_named_property(env, exports, "hush", hush);
  napi_set_named_property(env, exports, "restore", restore);
  return exports;
}
`;

/** The part of `text` that is not TensorFlow's: its log lines start with a level and a date, a file and a line. */
export function withoutTensorflow(text: string): string {
  const theirs = [
    /^[IWEF]\d{4} \S+\s+\d+ [\w./-]+:\d+\] /,
    /^\d{4}-\d{2}-\d{2} [\d:.]+: [IWEF] [\w./-]+:\d+\] /,
    /^WARNING: All log messages before absl::InitializeLog\(\)/,
    /^To enable the following instructions: /,
  ];
  return text
    .split(/(?<=\n)/)
    .filter((line) => !theirs.some((pattern) => pattern.test(line)))
    .join('');
}
