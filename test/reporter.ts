import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Says of each skipped test why, and then, as the last line, `N passed, N failed, N skipped`. A file that cannot be loaded
 * and an error outside any test count as failed. With SIAMESE_TEST_COUNTS the counts go to that file instead of the line,
 * for the program that adds others to them.
 */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts: Counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    const reasons: string[] = [];
    for (const module of modules) {
      const found = [...module.children.allTests()];
      for (const test of found) count(test, counts, reasons);
      if (module.errors().length > 0) counts.failed++;
      else if (found.length === 0) counts.failed++; // a test file without a test is a mistake
    }
    for (const reason of reasons) process.stdout.write(`${reason}\n`);
    const file = process.env.SIAMESE_TEST_COUNTS;
    if (file) writeFileSync(file, JSON.stringify(counts));
    else process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}

function count(test: TestCase, counts: Counts, reasons: string[]): void {
  const result = test.result();
  if (result.state === 'passed') counts.passed++;
  else if (result.state === 'failed') counts.failed++;
  else {
    counts.skipped++;
    const note = result.state === 'skipped' ? result.note : undefined;
    reasons.push(`skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${note ?? 'no reason given'}`);
  }
}
