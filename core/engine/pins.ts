/** What the native engine is made of: exact versions and the hashes of their archives. A change here is a new engine. */
export const tfjsNode = {
  spec: '@tensorflow/tfjs-node@4.22.0',
  archive: 'tensorflow-tfjs-node-4.22.0.tgz',
  sha512: 'uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==',
} as const;

/** Node's headers of its stable addon interface, for a Node that came without its own. */
export const nodeHeaders = {
  spec: 'node-api-headers@1.8.0',
  archive: 'node-api-headers-1.8.0.tgz',
  sha512: 'jfnmiKWjRAGbdD1yQS28bknFM1tbHC1oucyuMPjmkEs+kpiu76aRs40WlTmBmyEgzDM76ge1DQ7XJ3R5deiVjQ==',
} as const;

/** The wheel that carries libtensorflow: always the one for Python 3.11, so that its hash does not follow the user's Python. */
export const wheel = {
  spec: 'tensorflow-cpu==2.21.0',
  target: [
    '--no-deps',
    '--only-binary=:all:',
    ...['--python-version', '3.11'],
    ...['--implementation', 'cp'],
    ...['--abi', 'cp311'],
    ...['--platform', 'manylinux_2_27_x86_64'],
  ],
  archive: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  bytes: 273_829_956,
  tensorflow: '2.21.0',
} as const;

/** Names the folder of the finished engine. The last number counts the ways of building it from the same parts. */
export const engineName = `native-tfjs-node-4.22.0-tensorflow-${wheel.tensorflow}-5`;
