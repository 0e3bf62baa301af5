/** What a thread runs that reads items ahead: a door, as the command line is one. */
import { parentPort, workerData } from 'node:worker_threads';
import { type RowFile, serveRows } from './data/cache/read-rows.js';

serveRows(parentPort!, workerData as readonly RowFile[]);
