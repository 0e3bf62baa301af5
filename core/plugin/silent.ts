import type { Log } from '../contract/index.js';

/** For plugins that are made to be looked at: what they say is nobody's concern. */
export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {} };
