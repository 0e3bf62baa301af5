import type { ChunkCounter } from './chunk-counter.js';
import { type Desk, SLOTS, type Slot, state, TOLD, tell } from './count-desk.js';

/** What a thread does at its desk, until it is told to close: counts one slot after another. */
export function countAt(desk: Desk, counter: ChunkCounter): void {
  Atomics.store(desk.state, 0, state.there);
  try {
    for (let job = 0; waitFor(desk, () => Atomics.load(desk.given, 0) > job); job++) {
      if (!count(desk, desk.slots[job % SLOTS]!, counter)) return;
      Atomics.add(desk.done, 0, 1);
      tell(desk.answered);
    }
  } catch (error) {
    Atomics.store(desk.state, 0, state.failed);
    tell(desk.answered);
    throw error;
  }
}

/** false: the desk closes. */
function waitFor({ asked, closing }: Desk, isSo: () => boolean): boolean {
  for (;;) {
    const now = Atomics.load(asked, 0);
    if (Atomics.load(closing, 0) !== 0) return false;
    if (isSo()) return true;
    Atomics.wait(asked, 0, now);
  }
}

/** false: the desk closes. */
function count(desk: Desk, slot: Slot, counter: ChunkCounter): boolean {
  const { found } = slot;
  let [told, isOpen] = [0, true];
  counter.add(slot, ({ query, value, threshold }) => {
    if (told === TOLD && isOpen) {
      isOpen = handOver(desk, slot);
      told = 0;
    }
    if (!isOpen) return;
    found[3 * told] = query;
    found[3 * told + 1] = value;
    found[3 * told++ + 2] = threshold;
  });
  slot.told[0] = told;
  return isOpen;
}

/** Waits until what is told so far has been read. */
function handOver(desk: Desk, { told, full }: Slot): boolean {
  told[0] = TOLD;
  Atomics.store(full, 0, 1);
  tell(desk.answered);
  return waitFor(desk, () => Atomics.load(full, 0) === 0);
}
