import type { Plugin } from '../plugin/define.js';

/** What the commands are given by the main file. */
export interface Cli {
  /** The plugins of siamese itself, loaded when first asked for. */
  builtIn(): Promise<readonly Plugin[]>;
  /** The same without TensorFlow: what would need it throws CodeNeeded. */
  light(): Promise<readonly Plugin[]>;
}
