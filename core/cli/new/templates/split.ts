import { type Assignment, definePlugin, Split } from 'siamese';

/** The items in a random order: the first share tests, the next validates. A part that the source brings stays. */
export const example = definePlugin(Split, {
  name: 'acme/example',
  summary: 'Random shares of the items.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      validation: { type: 'number', minimum: 0, maximum: 0.4, default: 0.2, description: 'Share for validation.' },
      test: { type: 'number', minimum: 0, maximum: 0.4, default: 0.2, description: 'Share for the test.' },
    },
  },
  of: 'items',
  disjoint: ['items'],
  create: ({ validation, test }) => ({
    folds: 1,
    assign({ size, given }, _fold, draw) {
      const parts: Assignment[] = Array.from({ length: size }, () => 'train');
      const order = draw.shuffle(Int32Array.from({ length: size }, (_, row) => row));
      order.forEach((row, place) => {
        if (place < test * size) parts[row] = 'test';
        else if (place < (test + validation) * size) parts[row] = 'validation';
        if (given?.[row]) parts[row] = given[row] === 1 ? 'validation' : 'test';
      });
      return parts;
    },
  }),
});
