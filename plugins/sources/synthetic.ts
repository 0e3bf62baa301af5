import { type Column, type Shape, Source, type SourceInstance } from '../../core/contract/index.js';
import { allocate } from '../../core/files/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { openStream } from '../../core/random/index.js';
import { itemColumn } from './item-column.js';
import { tableOf } from './memory-table.js';

/**
 * Groups of points for tests and tries: a centre per group, and items around it.
 *   item = centre + noise * e;  centre, e ~ normal(0, 1) in each value
 * Shapes: items [groups * perGroup, ...shape], group after group.
 * Units: centres have deviation 1; two of them are about sqrt(2 * values) apart.
 * The same seed gives the same items; an item does not change when groups or items are added.
 * Errors: SHAPE, MEMORY.
 */
export const synthetic = definePlugin(Source, {
  name: 'synthetic',
  summary: 'Random group centres with noisy items around them.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      groups: { type: 'integer', minimum: 1, default: 10, description: 'Number of groups.' },
      perGroup: { type: 'integer', minimum: 1, default: 20, description: 'Items per group.' },
      shape: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'A size.' },
        default: [16],
        maxItems: 3,
        description: 'Shape of an item: [16] vectors, [50, 3] sequences, [12, 12, 1] images.',
      },
      noise: {
        type: 'number',
        minimum: 0,
        default: 0.3,
        description: 'Standard deviation of items around their centre.',
      },
      seed: { type: 'integer', minimum: 0, default: 0, description: "Seed of the data, apart from the run's own." },
    },
  },
  access: 'random',
  relations: ['groups'],
  create: ({ groups, perGroup, shape, noise, seed }) => sourceOf({ groups, perGroup, shape, noise, seed }),
});

interface Options {
  readonly groups: number;
  readonly perGroup: number;
  readonly shape: Shape;
  readonly noise: number;
  readonly seed: number;
}

function sourceOf(options: Options): SourceInstance {
  const { groups, perGroup, shape } = options;
  const size = groups * perGroup;
  const column = (): Column => itemColumn('data.source.shape', shape);
  const keys = (row: number): string => `${Math.floor(row / perGroup)}/${row % perGroup}`;
  return {
    describe: async () => ({
      sides: { items: { size, columns: { items: column() } } },
      relation: 'groups',
      access: 'random',
      relations: groups,
    }),
    open: async () => ({
      access: 'random',
      tables: { items: tableOf({ items: drawItems(options) }, size, { keys, where: () => ({ file: 'data.source' }) }) },
      groups: Int32Array.from({ length: size }, (_, row) => Math.floor(row / perGroup)),
      groupNames: Array.from({ length: groups }, (_, group) => String(group)),
      pairs: null,
      triplets: null,
      given: null,
      close: async () => {},
    }),
  };
}

function drawItems({ groups, perGroup, shape, noise, seed }: Options): Float32Array {
  itemColumn('data.source.shape', shape); // refuses what no field takes
  const width = shape.reduce((product, length) => product * length, 1);
  const items = allocate('float32', groups * perGroup * width, 'data.source') as Float32Array;
  const centres = openStream(seed, 'synthetic centres');
  const around = openStream(seed, 'synthetic items');
  for (let group = 0; group < groups; group++) {
    const draw = centres.draw(group);
    const centre = Float64Array.from({ length: width }, () => draw.normal());
    for (let i = 0; i < perGroup; i++) {
      const item = around.draw(group, i);
      const at = (group * perGroup + i) * width;
      for (let value = 0; value < width; value++) items[at + value] = centre[value]! + noise * item.normal();
    }
  }
  return items;
}
