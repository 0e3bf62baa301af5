import { test } from 'vitest';
import { openNative } from '../../core/engine/native.js';
import { nativeStatus } from '../../core/engine/status.js';

/** With one of these set the absence of the native engine fails a test instead of skipping it. */
const required = process.env.SIAMESE_REQUIRE_NATIVE === '1' || Boolean(process.env.CI);

/** A test that runs on the native engine, opened and active; where there is none it is skipped, saying why. */
export function nativeTest(name: string, body: () => unknown): void {
  test(name, async (context) => {
    const { state, reason } = await nativeStatus();
    if (state !== 'ready' && !required) {
      context.skip(
        `the native engine is ${state}${reason === null ? '' : ` (${reason})`}; \`node setup.mjs\` builds it`,
      );
    }
    await openNative();
    await body();
  });
}
