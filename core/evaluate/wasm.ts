/** What is used of the global of that name, which TypeScript knows of browsers alone. */
interface Wasm {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number; readonly shared: true }) => Memory;
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly host: { readonly memory: Memory } },
  ) => { readonly exports: { readonly count: Count } };
  validate(code: Uint8Array): boolean;
}

/** It can be handed to another thread. */
export interface Memory {
  readonly buffer: SharedArrayBuffer;
}

/** Addresses: see `chunk-counter-code.ts`. */
export type Count = (values: number, margins: number, runs: number, runsEnd: number, found: number) => number;

export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Wasm };

/** Bytes of a page of memory. */
export const PAGE = 65536;
