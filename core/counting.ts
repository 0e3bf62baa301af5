/** What the thread that counts runs: a door, as the command line is one. */
import { workerData } from 'node:worker_threads';
import { ChunkCounter } from './evaluate/chunk-counter.js';
import { countAt } from './evaluate/count-at-desk.js';
import { deskIn } from './evaluate/count-desk.js';
import type { Memory } from './evaluate/wasm.js';

const desk = deskIn(workerData as Memory);
countAt(desk, ChunkCounter.open(desk, desk.sides[1])!);
