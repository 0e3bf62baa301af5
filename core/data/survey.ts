import type { DataDescription, Input, SamplerCounts } from '../contract/index.js';
import { countGroups, groupSizes, type PartCounts, relationCounts, valueSizes } from './counts.js';
import { divideData } from './divide.js';
import { fitSides } from './fit-sides.js';
import type { Selection } from './item-set.js';
import type { DataRequest } from './open.js';
import { openSource } from './open-source.js';
import { cellTexts, encodeNames } from './relate.js';
import { wantedColumns } from './wanted.js';

/** What a plan can know of the data without decoding its items. */
export interface DataSurvey {
  readonly items: number;
  readonly sizes: { readonly train: number; readonly validation: number; readonly test: number };
  readonly pairs: { readonly train: number; readonly validation: number; readonly test: number };
  readonly train: Omit<SamplerCounts, 'batchSize'>;
  /** The parts that are evaluated. */
  readonly evaluated: { readonly validation: PartCounts; readonly test: PartCounts };
  readonly inputs: { readonly left: readonly Input[]; readonly right: readonly Input[] };
}

/** Relates and divides the rows, and fits the fields; null for a stream, of which only a whole pass would tell. */
export async function surveyData(description: DataDescription, request: DataRequest): Promise<DataSurvey | null> {
  if (description.access === 'stream') return null;
  const data = await openSource(request, wantedColumns(description, request));
  try {
    if (data.access === 'stream') return null;
    const divided = await divideData(data, request);
    const { selections, related, tables } = divided;
    const fields = await fitSides(divided, description, request);
    const codesOf = (rows: Int32Array, codes = related.groups): Int32Array =>
      codes ? Int32Array.from(rows, (row) => codes[row]!) : new Int32Array();
    const countsOf = (selection: Selection): PartCounts => ({
      ...relationCounts(selection),
      items: selection.left.length,
      groups: countGroups(codesOf(selection.left), related.impostorOf && codesOf(selection.left, related.impostorOf)),
    });
    const trained = selections.train.left;
    const each = <T>(of: (part: 'train' | 'validation' | 'test') => T): { train: T; validation: T; test: T } => ({
      train: of('train'),
      validation: of('validation'),
      test: of('test'),
    });
    const counted = each((part) => relationCounts(selections[part]));
    return {
      items: tables.left.size + (tables.left === tables.right ? 0 : tables.right.size),
      sizes: each((part) => selections[part].left.length),
      pairs: each((part) => counted[part].pairs + counted[part].triplets),
      train: {
        items: selections.train.left.length,
        rightItems: selections.train.right.length,
        groupSizes: groupSizes(codesOf(trained)),
        valueSizes: (column) => {
          const { codes } = encodeNames(cellTexts(related.columns[column]!));
          return valueSizes(
            codesOf(trained),
            trained.map((row) => codes[row]!),
          );
        },
        ...counted.train,
      },
      evaluated: { validation: countsOf(selections.validation), test: countsOf(selections.test) },
      inputs: { left: fields.left.inputs, right: fields.right.inputs },
    };
  } finally {
    await data.close();
  }
}
