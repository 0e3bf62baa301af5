import { Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { describeParts, readParts, withParts } from './idx-parts.js';

/**
 * Items and their groups in idx files, as MNIST comes: items [rows, ...shape], groups [rows]. An item of two sizes is an
 * image of one channel. Values keep their type: bytes stay bytes in memory.
 * Units: as in the files; MNIST's grey values are 0..255.
 * Errors: DATA_FORMAT (not idx, cut short), DATA_SIZE (counts that differ), DATA_VALUE (NaN, infinite), SHAPE.
 * Source: Y. LeCun, C. Cortes, C. Burges, the MNIST database: the IDX file format.
 */
export const idx = definePlugin(Source, {
  name: 'idx',
  summary: 'Items and groups in idx files, the format of MNIST.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['items', 'groups'],
    properties: {
      items: { type: 'string', format: 'path', description: 'Idx file of the items, one row each.' },
      groups: { type: 'string', format: 'path', description: 'Idx file of the group of each item.' },
      test: {
        description: 'A test part in files of its own.',
        default: null,
        anyOf: [
          { type: ['null'], description: 'No test part.' },
          {
            type: 'object',
            additionalProperties: false,
            required: ['items', 'groups'],
            description: 'Files of the test part.',
            properties: {
              items: { type: 'string', format: 'path', description: 'Idx file of the items to test with.' },
              groups: { type: 'string', format: 'path', description: 'Idx file of their groups.' },
            },
          },
        ],
      },
    },
  },
  access: 'random',
  relations: ['groups'],
  create: ({ items, groups, test }) => {
    const paths = test === null ? [{ items, groups }] : [{ items, groups }, test];
    return {
      describe: (files) => withParts(files, paths, async (parts) => describeParts(parts)),
      open: (files) => withParts(files, paths, readParts),
    };
  },
});
