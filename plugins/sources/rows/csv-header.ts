import { fail } from '../../../core/problem/index.js';
import { requireFewColumns } from './column.js';
import { CsvCells, PLAIN } from './csv-cells.js';
import type { RowPosition } from './rows.js';
import { textStart } from './text-start.js';
import { ByteWindow, type Reading } from './window.js';

/** The names that the first row gives, and where the next row begins. Errors: DATA_EMPTY, DATA_FORMAT, DATA_COLUMN. */
export async function readHeader(
  reading: Reading,
  delimiter: number,
): Promise<{ readonly names: readonly string[]; readonly first: RowPosition }> {
  const window = new ByteWindow(reading, await textStart(reading));
  const cells = new CsvCells(reading.file, delimiter, 1);
  do {
    while (!cells.advance(window)) {
      if (window.final && window.at === window.end)
        fail('DATA_EMPTY', `${reading.file} is empty: a header and rows are expected`);
      await window.more(cells.nextLine);
    }
  } while (cells.blank);
  requireFewColumns(reading.file, cells.count);
  const names = Array.from({ length: cells.count }, (_, i) => {
    const text = window.bytes.toString('utf8', cells.starts[i]!, cells.ends[i]!);
    return cells.quoting[i] === PLAIN ? text.trim() : text.replaceAll('""', '"');
  });
  checkNames(names, cells);
  return { names, first: { offset: window.offset, row: 0, line: cells.nextLine } };
}

function checkNames(names: readonly string[], cells: CsvCells): void {
  const seen = new Map<string, number>();
  if (looksLikeData(names)) {
    cells.fail(
      'DATA_FORMAT',
      `the first line must name the columns, but holds numbers: ${names.slice(0, 4).join(', ')}, ...`,
    );
  }
  for (const [i, name] of names.entries()) {
    if (name === '') cells.fail('DATA_COLUMN', `column ${i + 1} has no name in the header`, i);
    if (name.includes('\ufffd'))
      cells.fail('DATA_FORMAT', `the name of column ${i + 1} is not UTF-8: save the file as UTF-8`, i);
    const first = seen.get(name);
    if (first !== undefined)
      cells.fail('DATA_COLUMN', `columns ${first + 1} and ${i + 1} are both called "${name}"`, i);
    seen.set(name, i);
  }
}

/** All numbers, and not simply numbered columns (0, 1, 2, ...). */
function looksLikeData(names: readonly string[]): boolean {
  if (!names.every((name) => name !== '' && Number.isFinite(Number(name)))) return false;
  return !names.every((name, i) => /^\d+$/.test(name) && (i === 0 || Number(name) > Number(names[i - 1])));
}
