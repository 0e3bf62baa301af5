import { expect, it } from 'vitest';
import { decode } from '../../core/data/decode.js';
import { fitFields, planFields } from '../../core/data/fields.js';
import { tableOf } from '../../plugins/sources/memory-table.js';
import { field } from './field-plan.js';

it('fields of a table on disk may have the names that every object has', async () => {
  const names = ['constructor', '__proto__', 'toString', 'x'];
  const entriesOf = <T>(value: (i: number) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(names.map((name, i) => [name, value(i)]));
  const columns = entriesOf(() => ({ kind: 'vector', shape: [2], nullable: false }) as const);
  const cells = entriesOf((i) => Float32Array.of(i, 1, 2, 3, 4, 5));
  const table = tableOf(cells, 3, { keys: String, where: (row) => ({ file: 'x', line: row }) });
  const plans = entriesOf(() => field);
  const read = async function* () {
    yield await table.read(Int32Array.of(0, 1, 2));
  };
  const fields = await fitFields(planFields(columns, plans, new Set()), read());
  const side = await decode({ table: { ...table, onDisk: true }, fields }, undefined, 'left');
  const given = side.gather(Int32Array.of(2, 0));
  expect(Object.keys(given).sort()).toEqual([...names].sort());
  names.forEach((name, i) => {
    expect([...given[name]!], name).toEqual([4, 5, i, 1]);
  });
});
