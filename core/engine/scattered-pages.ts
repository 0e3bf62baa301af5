import { createRequire } from 'node:module';
import { join } from 'node:path';
import { engineFolder, layout } from './cache.js';
import { installedPackage } from './status.js';

/**
 * A tiny addon that tells the system of a mapped file that its pages are read here and there, not one after another: else
 * each page that is not in memory brings up to some megabytes of its neighbours with it, which drive out what is needed.
 */
export const scatteredSource = `
#include <node_api.h>
#include <sys/mman.h>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

static napi_value Scatter(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value argument, result;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_string_utf8(env, argument, nullptr, 0, &length);
  std::string path(length, 0);
  napi_get_value_string_utf8(env, argument, &path[0], length + 1, &length);
  uint32_t advised = 0;
  if (char* real = realpath(path.c_str(), nullptr)) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      const size_t name = line.find('/');
      if (name == std::string::npos || line.substr(name) != real) continue;
      uintptr_t start = 0, end = 0;
      char dash;
      std::istringstream(line) >> std::hex >> start >> dash >> end;
      if (end > start && madvise(reinterpret_cast<void*>(start), end - start, MADV_RANDOM) == 0) advised++;
    }
    std::free(real);
  }
  napi_create_uint32(env, advised, &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value scatter;
  napi_create_function(env, "scatter", NAPI_AUTO_LENGTH, Scatter, nullptr, &scatter);
  napi_set_named_property(env, exports, "scatter", scatter);
  return exports;
}
`;

const require = createRequire(import.meta.url);

/** Says so of this process's mappings of a file; returns how many there are. An installed tfjs-node is as it comes: 0. */
export function scatter(path: string): number {
  if (installedPackage() !== null) return 0;
  const addon = require(join(engineFolder(), layout.scattered)) as { scatter(path: string): number };
  return addon.scatter(path);
}
