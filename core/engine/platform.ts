import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:process';

/** Why this machine cannot run the built native engine, or null: it needs Linux x64, glibc and a processor with AVX. */
export function unsupported(): string | null {
  if (platform !== 'linux' || arch !== 'x64') return `it is built for Linux x64 only, and this is ${platform} ${arch}`;
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  if (!report?.header?.glibcVersionRuntime) return 'it needs glibc, and this system has another C library';
  return hasAvx() ? null : 'it needs a processor with AVX instructions'; // libtensorflow would end the process
}

function hasAvx(): boolean {
  try {
    return /^flags\s*:.*\bavx\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return true; // not told: let it try
  }
}
