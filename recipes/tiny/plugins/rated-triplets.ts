import { definePlugin, Source } from 'siamese';

/**
 * Triplets made on the spot: of three items, which of two lies nearer to the first in what counts (three values among
 * five louder ones that do not). An example of a source beside a recipe.
 */
export default [
  definePlugin(Source, {
    name: 'example/rated-triplets',
    summary: 'Made-up triplets of vectors.',
    options: {
      type: 'object',
      additionalProperties: false,
      properties: {
        items: { type: 'integer', minimum: 3, default: 200, description: 'Number of items.' },
        triplets: { type: 'integer', minimum: 1, default: 1000, description: 'Number of triplets.' },
      },
    },
    access: 'random',
    relations: ['triplets'],
    create: ({ items, triplets }) => {
      const columns = { values: { kind: 'vector' as const, shape: [8], nullable: false } };
      return {
        describe: async () => ({
          sides: { items: { size: items, columns } },
          relation: 'triplets',
          access: 'random',
          relations: triplets,
        }),
        async open() {
          const next = linear(99);
          const values = Float32Array.from({ length: items * 8 }, (_, i) => (next() - 0.5) * (i % 8 < 3 ? 2 : 4));
          const drawn = Array.from({ length: triplets }, () => triplet(values, items, next));
          return {
            access: 'random',
            tables: {
              items: {
                size: items,
                keys: (rows) => Array.from(rows, (row) => `item ${row}`),
                read: async (rows) => ({ values: Float32Array.from([...rows].flatMap((row) => [...values.subarray(row * 8, row * 8 + 8)])) }),
                where: () => ({ file: 'rated-triplets' }),
              },
            },
            groups: null,
            groupNames: null,
            pairs: null,
            triplets: {
              anchor: Int32Array.from(drawn, ([anchor]) => anchor),
              positive: Int32Array.from(drawn, ([, positive]) => positive),
              negative: Int32Array.from(drawn, ([, , negative]) => negative),
            },
            given: null,
            close: async () => {},
          };
        },
      };
    },
  }),
];

function triplet(values: Float32Array, items: number, next: () => number): [number, number, number] {
  const draw = () => Math.floor(next() * items);
  const anchor = draw();
  const others = [draw(), draw()];
  while (others[0] === anchor) others[0] = draw();
  while (others[1] === anchor || others[1] === others[0]) others[1] = draw();
  const away = (other: number) => Math.hypot(...[0, 1, 2].map((i) => values[other * 8 + i]! - values[anchor * 8 + i]!));
  const [near, far] = others.sort((a, b) => away(a) - away(b));
  return [anchor, near!, far!];
}

/** Lehmer 1951, with the multiplier of Park and Miller: enough for made-up data. */
function linear(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
