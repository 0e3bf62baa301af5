import { definePlugin, Distance, Loss, ops } from 'siamese';

/**
 * The contrastive loss over all pairs of a batch of labelled items, or of a triplet: an example of a plugin beside a
 * recipe.
 *   mean of d(a, p)^2 + mean of max(0, margin - d(a, n))^2
 * Shapes: embeddings [items, dimensions], or three times [triplets, dimensions].
 * Units: `margin` is in the units of the distance.
 */
export default [
  definePlugin(Loss, {
    name: 'example/batch-contrastive',
    summary: 'Contrastive loss over all pairs of a batch.',
    options: {
      type: 'object',
      additionalProperties: false,
      properties: {
        margin: { type: 'number', exclusiveMinimum: 0, default: 1, description: 'Distance beyond which a negative costs nothing.' },
      },
    },
    needs: { embeddings: ['labelled-batch', 'triplets'], margins: ['margin'] },
    inject: { distance: Distance },
    create: ({ margin }, { distance }) => ({
      perBatch({ embeddings, references, positive, negative }) {
        const d = distance.matrix(embeddings, references); // [items, items]
        const push = ops.square(ops.relu(ops.sub(margin, d))); // [items, items]
        return {
          terms: [
            { values: ops.square(d), weights: positive },
            { values: push, weights: negative },
          ],
        };
      },
      perTriplet({ anchor, positive, negative }) {
        const pull = ops.square(distance.between(anchor, positive)); // [triplets]
        const push = ops.square(ops.relu(ops.sub(margin, distance.between(anchor, negative)))); // [triplets]
        return { terms: [{ values: pull }, { values: push }] };
      },
    }),
  }),
];
