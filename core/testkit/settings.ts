import type { Input, Json } from '../contract/index.js';
import type { Plugin } from '../plugin/define.js';

/** How a plugin is to be checked; all of it may be left out. */
export interface Settings {
  /** Options beside the defaults. Those that are required and absent here are made up from the schema. */
  readonly options?: Readonly<Record<string, Json>>;
  /** Where relative paths among the options begin. Default: the current folder. */
  readonly folder?: string;
  /** Whose plugin it is: names of siamese's own have no vendor. Default: another's. */
  readonly owner?: 'siamese' | 'other';
  /** Plugins that its parts may name. Default: the kit's own stand-ins. */
  readonly plugins?: readonly Plugin[];
  /** What an encoder is given. Default: one input of a kind that it accepts (of each kind, where it takes many). */
  readonly inputs?: readonly Input[];
  /** Engines to check on. Default: portable, and native where it can be loaded. */
  readonly engines?: readonly ('native' | 'portable')[];
  /** Seed of everything that the kit draws. Default 1. */
  readonly seed?: number;
}
