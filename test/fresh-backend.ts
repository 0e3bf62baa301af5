import * as tfc from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

/** Before each of the test files that share a process: none goes on with the backend that the one before it chose. */
await tfc.setBackend('cpu');
