import { biasBehindPooling } from './bias-behind-pooling.js';
import type { Trace } from './trace.js';
import { withoutOnes } from './without-ones.js';

/** A recorded computation by other operations, which cost less and give the same. */
export const rewritten = (trace: Trace): Trace => withoutOnes(biasBehindPooling(trace));
