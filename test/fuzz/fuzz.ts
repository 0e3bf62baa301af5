import fc from 'fast-check';
import { expect } from 'vitest';
import { ProblemError } from '../../core/problem/index.js';

/** How many inputs each reader gets: `npm run fuzz -- --runs N --seed S`; few in `npm test`. */
export const runs = Number(process.env['SIAMESE_FUZZ_RUNS'] ?? 150);
export const seed = Number(process.env['SIAMESE_FUZZ_SEED'] ?? 1);

const LONGEST = 2000; // milliseconds for one input
const LARGEST = 512 * 2 ** 20; // bytes of memory that one input may add

/** Shows each input to a reader, which may end well or in a ProblemError, soon and in little memory. */
export async function fuzz<T>(reader: string, inputs: fc.Arbitrary<T>, read: (input: T) => unknown): Promise<void> {
  const told = { inputs: 0, refused: 0, slowest: 0, largest: 0 };
  const judge = async (input: T): Promise<void> => {
    const [start, before] = [process.cpuUsage(), process.memoryUsage().rss];
    try {
      await read(input);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      told.refused++;
      expect(error.problems.length).toBeGreaterThan(0);
      for (const { message } of error.problems) expect(message.length).toBeLessThan(100_000);
    }
    const { user, system } = process.cpuUsage(start); // not the clock: others may have the processor
    const [milliseconds, grown] = [(user + system) / 1000, process.memoryUsage().rss - before];
    told.inputs++;
    told.slowest = Math.max(told.slowest, milliseconds);
    told.largest = Math.max(told.largest, grown);
    expect(milliseconds).toBeLessThan(LONGEST);
    expect(grown).toBeLessThan(LARGEST);
  };
  await fc.assert(fc.asyncProperty(inputs, judge), { numRuns: runs, seed });
  expect(told.refused, 'nothing was refused: the inputs are too tame').toBeGreaterThan(0);
  expect(told.refused, 'nothing was accepted: what lies behind the first check was not reached').toBeLessThan(
    told.inputs,
  );
  if (process.env['SIAMESE_FUZZ_RUNS'] === undefined) return;
  const [slowest, largest] = [Math.round(told.slowest), Math.ceil(told.largest / 2 ** 20)];
  process.stdout.write(
    `${reader}: seed ${seed}, ${told.inputs} inputs, ${told.refused} refused, slowest ${slowest} ms, largest +${largest} MiB\n`,
  );
}

type Edit = readonly [kind: 'set' | 'cut' | 'insert' | 'double' | 'number', at: number, value: number];
const edit: fc.Arbitrary<Edit> = fc.tuple(
  fc.constantFrom<Edit[0]>('set', 'set', 'cut', 'insert', 'double', 'number'),
  fc.nat(),
  fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
);
/** What headers lie with. */
const lies = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff];

/** One of some good files with a few bytes changed, cut, added, repeated, or four of them overwritten by a large number. */
export function damaged(...good: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edits = fc.array(edit, { minLength: 1, maxLength: 5 });
  return fc.tuple(fc.constantFrom(...good), edits).map(([bytes, all]) => all.reduce(change, bytes));
}

function change(bytes: Uint8Array, [kind, where, value]: Edit): Uint8Array {
  const at = bytes.length === 0 ? 0 : where % bytes.length;
  if (kind === 'cut') return bytes.slice(0, at);
  if (kind === 'insert') return Uint8Array.from([...bytes.subarray(0, at), value, ...bytes.subarray(at)]);
  if (kind === 'double') return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at >> 1)]);
  const copy = Buffer.from(bytes);
  if (kind === 'number' && at + 4 <= copy.length) {
    const lie = lies[value % lies.length]!;
    if (where % 2) copy.writeUInt32LE(lie, at);
    else copy.writeUInt32BE(lie, at);
  } else if (copy.length > 0) copy[at] = value;
  return Uint8Array.from(copy);
}

/** Any JSON, and what JSON from a stranger may hold: depths, huge numbers, names that objects have already. */
export const anyJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.json({ maxDepth: 4 }) },
  fc.constantFrom('null', '[]', '1e999', '-0', '"__proto__"', '{"__proto__":{"a":1},"constructor":{"toString":1}}'),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
);
