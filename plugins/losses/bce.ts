import { Loss } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Binary cross-entropy of a logit x, with p = sigmoid(x):
 *   -y*log(p) - (1-y)*log(1-p) = y*softplus(-x) + (1-y)*softplus(x)
 * The second form overflows nowhere and keeps its digits where the loss is small; its gradient is p - y.
 * Shapes: logit [pairs], target [pairs] -> [pairs], unreduced.
 * Units: nats. A graded target is the probability that the pair is the same.
 * Errors: none of its own.
 * Source: torch.nn.BCEWithLogitsLoss.
 */
export const bce = definePlugin(Loss, {
  name: 'bce',
  summary: 'Binary cross-entropy of a logit.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  needs: { score: 'logit', targets: 'graded' },
  create: () => ({
    perPair(logit, target) {
      const same = ops.mul(target, ops.softplus(ops.neg(logit))); // [pairs]
      const different = ops.mul(ops.sub(1, target), ops.softplus(logit)); // [pairs]
      return ops.add(same, different); // [pairs]
    },
  }),
});
