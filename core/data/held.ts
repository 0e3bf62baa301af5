import { totalmem } from 'node:os';

/** An eighth of the memory that this process may use, 512 MiB at least, and no more than an array can have. */
const share = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 8;
const MOST = Math.min(Math.max(2 ** 29, share), 2 ** 32 - 1);

/** Whether a program holds a side's values of so many bytes in memory. Of more it is handed what a batch names, or maps a file. */
export const isHeld = (bytes: number): boolean => bytes <= MOST;
