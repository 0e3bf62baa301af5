import { Augmentation, definePlugin, ops } from 'siamese';
import { type Fault, none } from './fault.js';

/** Of augmentations. */
export const augmentationFaults: readonly Fault[] = [
  [
    'an augmentation that cuts',
    'keeps the shape',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      accepts: ['vector'],
      place: 'step',
      create: () => ({ augment: (x) => ops.slice(x, [0, 0], [-1, 5]) }),
    }),
  ],
  [
    'an augmentation that looks at the rows beside a row',
    'one draw for both items of a pair',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      accepts: ['vector'],
      place: 'step',
      together: true,
      create: () => ({
        augment: (x, { random }) => ops.add(ops.mul(random.uniform([x.shape[0]!, 1]), ops.mean(x, 0, true)), x),
      }),
    }),
  ],
  [
    'an augmentation that changes what it should leave',
    'changes nothing where it says so',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: {
        type: 'object',
        additionalProperties: false,
        properties: { amount: { type: 'number', default: 1, description: 'How much.' } },
      },
      accepts: ['vector'],
      place: 'step',
      identity: { amount: 0 },
      create: ({ amount }) => ({ augment: (x, { random }) => ops.mul(x, random.uniform(x.shape, 0.5, 1 + amount)) }),
    }),
  ],
  [
    'an augmentation that overwrites',
    'leaves its inputs as they are',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      accepts: ['vector'],
      place: 'worker',
      create: () => ({
        augment: (value) => {
          if (typeof value !== 'string') value[0] = 9;
          return value;
        },
      }),
    }),
  ],
];
