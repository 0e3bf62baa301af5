import type { Log } from '../contract/index.js';

/** Code of others may take so long to let go. */
const SECONDS = 2;

/** Closes what plugins hold: one that hangs or throws is told of, and left alone. */
export async function closeWithin(what: string, close: () => Promise<unknown>, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), SECONDS * 1000);
  });
  try {
    const ended = await Promise.race([close(), late]);
    if (ended === 'late') log.warn(`${what} did not close within ${SECONDS} s, and is left alone`);
  } catch (error) {
    log.warn(`${what} threw while it was closed: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    clearTimeout(timer);
  }
}
