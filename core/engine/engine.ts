/** What runs the numbers. Opened once per process (`open.ts`); everything else talks to tfjs through `ops`. */
export interface Engine {
  readonly name: 'native' | 'portable';
  /** The tfjs backend that is active: `tensorflow` (native), `wasm` (portable). */
  readonly backend: string;
  /** libtensorflow's version, null on the portable engine. */
  readonly tensorflow: string | null;
}

/** `auto`: native where it can be loaded, else portable. */
export type EngineChoice = 'auto' | 'native' | 'portable';
