import { totalmem } from 'node:os';

/** An eighth of the memory that this process may use, 512 MiB at least. */
const MOST = Math.max(2 ** 29, Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 8);

/** Whether a file of so many bytes is held in memory while it is in use. A larger one is read where it stands, ahead of need. */
export const isHeld = (bytes: number): boolean => bytes <= MOST;
