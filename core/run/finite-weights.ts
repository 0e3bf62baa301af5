import { fail } from '../problem/index.js';
import type { Network } from '../train/network.js';

/**
 * A loss may be a number although the averages of batch normalisation are none any more (relu makes 0 of no number): such
 * a model answers nothing. Errors: LOSS_NOT_FINITE, naming the weight.
 */
export function requireFiniteWeights({ weights }: Network): void {
  for (const { name, variable } of weights) {
    const value = variable.dataSync().find((one) => !Number.isFinite(one));
    if (value === undefined) continue;
    fail('LOSS_NOT_FINITE', `the weight ${name} holds ${value}, although the loss is a number`, {
      hint: 'The likely cause is items of very large values: scale the field, clean the data, or pass over their batches by train.notFinite: skip.',
    });
  }
}
