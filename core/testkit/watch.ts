/** What a function does beside computing: which operations it runs, what it reads of tensors, whether JavaScript draws. */
import * as tfc from '@tensorflow/tfjs-core';

export interface Watched<T> {
  readonly result: T;
  /** Methods that read the data of tensors: a recorded step has none to read. */
  readonly reads: readonly string[];
  /** Sources of randomness that a recorded step would freeze. */
  readonly draws: readonly string[];
  /** Operations in order, with the shapes that they get. */
  readonly operations: readonly string[];
}

const readers = ['data', 'dataSync', 'array', 'arraySync', 'bytes', 'bytesSync', 'buffer', 'bufferSync'] as const;
const drawingKernels: readonly string[] = [tfc.Multinomial, 'RandomUniform', 'RandomStandardNormal'];

/** Runs synchronous code under observation; everything is put back afterwards. */
export function watch<T>(run: () => T): Watched<T> {
  const [reads, draws, operations] = [new Set<string>(), new Set<string>(), [] as string[]];
  const undo = [...watchReads(reads), watchDraws(draws), watchBuffers(draws), watchKernels(operations, draws)];
  try {
    return { result: run(), reads: [...reads], draws: [...draws], operations };
  } finally {
    for (const back of undo.reverse()) back();
  }
}

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** Replaces a method until the function that it returns is called. */
export function replace(owner: object, name: string, around: (original: Call) => Call): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const holder = owner as Record<string, Call>;
  const replaced = around(holder[name]!);
  Object.defineProperty(owner, name, { value: replaced, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(owner, name, own);
    else Reflect.deleteProperty(owner, name);
  };
}

const watchReads = (reads: Set<string>): (() => void)[] =>
  readers.map((name) =>
    replace(
      tfc.Tensor.prototype,
      name,
      (original) =>
        function (...args) {
          reads.add(name);
          return original.apply(this, args);
        },
    ),
  );

const watchDraws = (draws: Set<string>): (() => void) =>
  replace(
    Math,
    'random',
    (original) =>
      function (...args) {
        draws.add('Math.random');
        return original.apply(this, args);
      },
  );

/** tfjs's random operations fill a buffer in JavaScript, seeded or not: their names stand on the stack. */
const watchBuffers = (draws: Set<string>): (() => void) =>
  replace(
    tfc.TensorBuffer.prototype,
    'toTensor',
    (original) =>
      function (...args) {
        const found = /\b(random(?:Normal|Uniform|Gamma|StandardNormal|UniformInt)|truncatedNormal)_?\b/.exec(
          new Error().stack ?? '',
        );
        if (found) draws.add(`tf.${found[1]}`);
        return original.apply(this, args);
      },
  );

const watchKernels = (operations: string[], draws: Set<string>): (() => void) =>
  replace(
    tfc.engine(),
    'runKernel',
    (original) =>
      function (...args) {
        const [kernel, inputs] = args as [string, Readonly<Record<string, unknown>>];
        if (drawingKernels.includes(kernel)) draws.add(`tf's ${kernel}`);
        operations.push(`${kernel} ${Object.values(inputs).flat().map(shapeOf).join(' ')}`);
        return original.apply(this, args);
      },
  );

const shapeOf = (input: unknown): string =>
  input instanceof tfc.Tensor ? `[${input.shape}]` : input === null || input === undefined ? '-' : '[..]';
