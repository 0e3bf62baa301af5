import { type Assignment, definePlugin, type Plugin, Split } from 'siamese';
import { type Fault, none } from './fault.js';

export const split = (
  part: (row: number, drawn: number) => 'train' | 'test',
  disjoint: readonly 'groups'[] = [],
): Plugin =>
  definePlugin(Split, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    of: 'items',
    disjoint,
    create: () => ({ folds: 1, assign: ({ size }) => Array.from({ length: size }, (_, row) => part(row, calls++)) }),
  });
/** By folds; with an option `test` where a share is named. */
const folding = (part: (row: number, fold: number) => Assignment, folds: number, share?: number): Plugin =>
  definePlugin(Split, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: {
      type: 'object',
      additionalProperties: false,
      properties:
        share === undefined
          ? {}
          : {
              validation: { type: 'number', default: 0, description: 'A share.' },
              test: { type: 'number', default: share, description: 'A share.' },
            },
    },
    of: 'items',
    disjoint: [],
    create: () => ({
      folds,
      assign: ({ size }, fold) => {
        if (size === 0) throw new TypeError('of nothing');
        return Array.from({ length: size }, (_, row) => part(row, fold));
      },
    }),
  });
let calls = 0;

/** Of splits. */
export const splitFaults: readonly Fault[] = [
  ['a split that tears groups', 'disjoint as declared', split((row) => (row % 5 === 0 ? 'test' : 'train'), ['groups'])],
  ['a split that changes its mind', 'the same each time', split((_, drawn) => (drawn % 7 === 0 ? 'test' : 'train'))],
  [
    'folds that test some rows twice',
    'folds hold out every row once',
    folding((row, fold) => (row % 4 <= fold ? 'test' : 'train'), 3),
  ],
  ['folds that are one', 'folds differ', folding((row) => (row % 4 === 0 ? 'test' : 'train'), 3)],
  ['a split that heeds no share', 'shares as asked', folding((row) => (row % 4 === 0 ? 'test' : 'train'), 1, 0.6)],
  ['a split that falls over no rows', 'no rows at all', folding((row) => (row % 5 === 0 ? 'test' : 'train'), 1)],
];
