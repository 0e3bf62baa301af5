import type { Plugin } from 'siamese';

/** A plugin with one fault, and the check that must find it. */
export type Fault = readonly [name: string, check: string, plugin: Plugin];
export const none = { type: 'object', additionalProperties: false, properties: {} } as const;
