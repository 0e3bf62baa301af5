import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../core/contract/index.js';
import { registerUniform, stepRandom } from '../../core/engine/step-random.js';
import { embedPieces } from '../../core/train/embed-pieces.js';
import { drawnRows, expectClose } from '../plugins/numeric.js';
import { smallEncoder } from './networks.js';

beforeAll(async () => {
  registerUniform('cpu');
  await tfc.setBackend('cpu');
});

const rows = 7;
const inputs = (): tfc.Tensor[] => [tfc.tensor2d(drawnRows(rows, 3, 11))]; // [rows, 3]
const ahead = (): tfc.Tensor => tfc.tensor2d(drawnRows(rows, 2, 12)); // [rows, 2]
const step = (): Step => {
  const index = tfc.scalar(4, 'int32'); // []
  return { training: true, random: stepRandom(1, 'step', index), index, progress: tfc.scalar(0) };
};

/** The loss is a product of embeddings of all rows, so that the gradient of a piece depends on the others. */
const lossOf = (embedded: tfc.Tensor): tfc.Scalar =>
  tfc.sum(tfc.square(tfc.matMul(embedded, ahead(), true))) as tfc.Scalar; // []

describe('embedPieces', () => {
  it('has the gradient of the pieces side by side, with what dropout draws for each', () => {
    const encoder = smallEncoder({ dropout: 0.4 });
    encoder.initialize(3);
    const variables = encoder.weights.map(({ variable }) => variable);
    const at = step();
    const embed = ([x]: readonly tfc.Tensor[], number: number): tfc.Tensor =>
      encoder.apply([x!], { ...at, piece: `item.${number}` }); // [piece, 2]
    const pieces = (): tfc.Tensor => embedPieces(inputs(), { size: 3, embed, variables }); // [rows, 2]
    const plain = (): tfc.Tensor => {
      const [x] = inputs(); // [rows, 3]
      return tfc.concat(
        [0, 3, 6].map((from, i) => embed([tfc.slice(x!, [from, 0], [Math.min(3, rows - from), 3])], i)),
      ); // [rows, 2]
    };
    const [own, expected] = [pieces, plain].map((of) => tfc.variableGrads(() => lossOf(of()), variables));
    expect(own!.value.dataSync()).toEqual(expected!.value.dataSync());
    for (const { name } of variables)
      expectClose(own!.grads[name]!.dataSync(), expected!.grads[name]!.dataSync(), 1e-5);
    expect(
      Math.max(...variables.flatMap(({ name }) => [...own!.grads[name]!.dataSync()].map(Math.abs))),
    ).toBeGreaterThan(0.1);
    const [first, second] = [0, 1].map((number) => [...embed([tfc.ones([3, 3])], number).dataSync()]);
    expect(first).not.toEqual(second); // each piece draws its own
  });

  it('leaves the tape of the gradient around it, and no tensor', () => {
    const encoder = smallEncoder();
    encoder.initialize(3);
    const variables = encoder.weights.map(({ variable }) => variable);
    const scale = tfc.variable(tfc.scalar(2)); // []
    const before = tfc.memory().numTensors;
    tfc.tidy(() => {
      const at = step();
      const { grads } = tfc.variableGrads(() => {
        const embedded = embedPieces(inputs(), { size: 2, embed: (x) => encoder.apply(x, at), variables }); // [rows, 2]
        return tfc.mul(lossOf(embedded), scale) as tfc.Scalar; // []
      }, [scale, ...variables]);
      const value = lossOf(encoder.apply(inputs(), at)); // []
      expectClose(grads[scale.name]!.dataSync(), value.dataSync(), 1e-5); // what lies before it on the tape
    });
    expect(tfc.memory().numTensors).toBe(before);
    scale.dispose();
  });

  it('embeds what is not trained, once', () => {
    const encoder = smallEncoder();
    encoder.initialize(3);
    let calls = 0;
    const embed = (x: readonly tfc.Tensor[]): tfc.Tensor => {
      calls++;
      return encoder.apply(x, step()); // [piece, 2]
    };
    const embedded = embedPieces(inputs(), { size: 3, embed, variables: [] }); // [rows, 2]
    expectClose(embedded.dataSync(), encoder.apply(inputs(), step()).dataSync(), 1e-6);
    expect(calls).toBe(3);
  });
});
