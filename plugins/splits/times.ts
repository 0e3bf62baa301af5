import type { SplitView } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';

/** Times of some rows, comparable: numbers as they are, dates in milliseconds since 1970, UTC. Errors: DATA_VALUE. */
export function timesOf(view: SplitView, rows: Int32Array, column: string): Float64Array {
  const cells = view.column(column);
  const first = rows.find((row) => !isMissing(cells[row]));
  const dated = first !== undefined && typeof cells[first] === 'string' && !isNumber(cells[first]);
  return Float64Array.from(rows, (row) => {
    const cell = cells[row] ?? null;
    if (isMissing(cell)) return refuse(view, row, `column "${column}" is empty: every row needs its time`);
    const value = dated ? dateOf(String(cell)) : isNumber(cell) ? Number(cell) : null;
    if (value !== null) return value;
    const wanted = dated ? 'a date of ISO 8601, such as 2024-05-31 or 2024-05-31T18:00:00Z' : 'a number, as above it';
    return refuse(view, row, `column "${column}" is "${cell}": it must be ${wanted}`);
  });
}

const isMissing = (cell: string | number | null | undefined): boolean =>
  cell === null || cell === undefined || cell === '' || Number.isNaN(cell);

const isNumber = (cell: string | number | null | undefined): boolean =>
  typeof cell === 'number' || (typeof cell === 'string' && cell.trim() !== '' && Number.isFinite(Number(cell)));

function refuse(view: SplitView, row: number, message: string): never {
  const at = view.where?.(row) ?? null;
  if (at?.line !== undefined)
    fail('DATA_VALUE', message, { place: { file: at.file, line: at.line, column: 1 }, path: 'data.split.column' });
  const of = at ? `${at.file}, ` : '';
  return fail('DATA_VALUE', `${of}${view.of.slice(0, -1)} ${view.key(row).replaceAll('\n', ' - ')}: ${message}`, {
    path: 'data.split.column',
  });
}

const iso = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;
const DAY = 86_400_000;

/** Milliseconds since 1970; null: no date, or one that no calendar has. A month alone is its first day. */
export function dateOf(text: string): number | null {
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    iso.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const midnight = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  const isDay = new Date(midnight).toISOString().slice(0, 10) === `${year}-${month}-${day}`;
  if (!isDay || h > 24 || m > 59 || s > 60) return null;
  const ofDay = ((h * 60 + m) * 60 + s + Number(`0${fraction}`)) * 1000;
  return ofDay > DAY ? null : midnight + ofDay - offsetOf(zone);
}

function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (digits.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
