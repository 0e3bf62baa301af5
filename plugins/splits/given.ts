import { type Assignment, parts, Split, type SplitView } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { dealOut, partSizes } from './shares.js';

/** What a column may say, without regard to case, and what it means. */
const words: Readonly<Record<string, Assignment>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  unused: 'unused',
};

/**
 * The parts as given: by a column, or those that the source brings (separate files, for example). In a column: train or
 * training; validation, valid, val or dev; test or testing; unused for rows to be left out.
 * `validation` takes a share of the training rows at random for validation, where none is given: at least one row.
 * Errors: SPLIT, where the source brings no parts and no column is named, or validation rows are given and also asked
 * for; DATA_VALUE, where a cell says none of these words; STREAM, where a stream is to be divided without a column.
 */
export const given = definePlugin(Split, {
  name: 'given',
  summary: 'The parts that the data itself gives.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      column: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'The column that names the part of each row; null: the parts that the source brings.',
      },
      validation: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Share of the training rows that goes to validation, where the data gives no validation part.',
      },
    },
  },
  of: ['items', 'pairs'],
  disjoint: [],
  create: ({ column, validation }) => ({
    folds: 1,
    assign(view, _fold, draw) {
      const assigned = column === null ? sourceParts(view) : readParts(view, column);
      if (validation === 0) return assigned;
      const count = assigned.filter((part) => part === 'validation').length;
      if (count > 0) {
        const own = `the data gives a validation part of ${count} ${view.of}`;
        fail('SPLIT', `${own}: data.split.validation must be absent, got ${validation}`, {
          path: 'data.split.validation',
        });
      }
      const train = Int32Array.from(assigned.keys()).filter((row) => assigned[row] === 'train');
      dealOut(draw.shuffle(train), partSizes(train.length, { validation, test: 0 }, 1), (row, part) => {
        assigned[row] = part;
      });
      return assigned;
    },
    assignRow(row, _fold, hash) {
      if (column === null) {
        fail('STREAM', 'a stream brings no parts: data.split.column must name the column that gives them', {
          path: 'data.split.column',
        });
      }
      const part = partOf(row.column(column), column, row.key);
      return part === 'train' && hash(row.key) < validation ? 'validation' : part;
    },
  }),
});

function sourceParts(view: SplitView): Assignment[] {
  if (!view.given) {
    fail('SPLIT', 'the source brings no parts of its own: data.split.column must name the column that gives them', {
      path: 'data.split.column',
    });
  }
  return Array.from(view.given, (code) => parts[code]!);
}

function readParts(view: SplitView, column: string): Assignment[] {
  return view.column(column).map((value, row) => partOf(value, column, view.key(row)));
}

function partOf(value: string | number | null, column: string, key: string): Assignment {
  const part =
    words[
      String(value ?? '')
        .trim()
        .toLowerCase()
    ];
  if (part === undefined) {
    const got = value === null || value === '' ? 'is empty' : `is "${value}"`;
    fail(
      'DATA_VALUE',
      `column "${column}" of ${key.replaceAll('\n', ' - ')} ${got}; it must be train, validation, test or unused`,
    );
  }
  return part;
}
