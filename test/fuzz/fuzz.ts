import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';
import { ProblemError } from '../../core/problem/index.js';

/** How many inputs each reader gets: `npm run fuzz -- --runs N --seed S`; few in `npm test`. */
export const runs = Number(process.env['SIAMESE_FUZZ_RUNS'] ?? 150);
export const seed = Number(process.env['SIAMESE_FUZZ_SEED'] ?? 1);

const LONGEST = 2000; // milliseconds of the processor for one input
const WAITED = 30_000; // milliseconds by the clock, after which an input that only waits is found too
const LARGEST = 512 * 2 ** 20; // bytes of memory that one input may add

interface Told {
  inputs: number;
  refused: number;
  /** Milliseconds of processor time of the slowest input. */
  slowest: number;
  /** Bytes that the largest input added. */
  largest: number;
}

/**
 * Shows each input to a reader, which may end well or in a ProblemError, soon and in little memory. `helper`: makes sure that
 * the process runs in which the reader works, where that is not this one; what it uses counts, too.
 */
export async function fuzz<T>(
  reader: string,
  inputs: fc.Arbitrary<T>,
  read: (input: T) => unknown,
  helper?: () => Promise<number>,
): Promise<void> {
  const told: Told = { inputs: 0, refused: 0, slowest: 0, largest: 0 };
  const judge = async (input: T): Promise<void> => {
    const pid = await helper?.();
    const before = usage(pid);
    try {
      await read(input);
    } catch (error) {
      requireProblems(error);
      told.refused++;
    }
    measure(told, before, usage(pid));
  };
  await fc.assert(fc.asyncProperty(inputs, judge), { numRuns: runs, seed, timeout: WAITED });
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

/** No `expect` for each input: it takes longer than most readers do. */
function requireProblems(error: unknown): void {
  if (!(error instanceof ProblemError)) throw error;
  const { problems } = error;
  if (problems.length === 0) throw new Error('a ProblemError without problems');
  if (problems.some(({ message }) => message.length >= 100_000)) throw new Error('a message without end');
}

/** Of all processes that work for a reader. */
interface Usage {
  /** Of the processor: others may have it for a while. */
  readonly milliseconds: number;
  /** Bytes that are held, and that ever were. */
  readonly memory: number;
  readonly peak: number;
}

/** Of this process, and of another one where it can be asked for: on Linux, while it lives. */
function usage(pid: number | undefined): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const own = {
    milliseconds: (userCPUTime + systemCPUTime) / 1000,
    memory: process.memoryUsage.rss(),
    peak: maxRSS * 1024, // given in KiB
  };
  if (pid === undefined || !existsSync(`/proc/${pid}/stat`)) return own;
  const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13).map(Number);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
  return {
    milliseconds: own.milliseconds + 10 * (ticks[0]! + ticks[1]!),
    memory: own.memory + 1024 * kibibytes('VmRSS'),
    peak: own.peak + 1024 * kibibytes('VmHWM'),
  };
}

/** Memory that was let go of again counts if it was a peak. */
function measure(told: Told, before: Usage, now: Usage): void {
  const milliseconds = Math.max(0, now.milliseconds - before.milliseconds); // less where a helper has ended
  const grown = Math.max(now.memory, now.peak > before.peak ? now.peak : 0) - before.memory;
  told.inputs++;
  told.slowest = Math.max(told.slowest, milliseconds);
  told.largest = Math.max(told.largest, grown);
  if (milliseconds >= LONGEST) throw new Error(`took ${milliseconds} ms of processor time`);
  if (grown >= LARGEST) throw new Error(`added ${grown} bytes of memory`);
}

/** A folder for inputs that must be files; in memory where the system has such a place, since a disk is no reader. */
export function fuzzFolder(): string {
  const memory = '/dev/shm';
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'siamese-fuzz-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
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
  if (kind === 'insert') return joined(bytes.subarray(0, at), Uint8Array.of(value), bytes.subarray(at));
  if (kind === 'double') return joined(bytes.subarray(0, at), bytes.subarray(at >> 1));
  const copy = Uint8Array.from(bytes);
  if (kind === 'number' && at + 4 <= copy.length) {
    new DataView(copy.buffer).setUint32(at, lies[value % lies.length]!, where % 2 === 1);
  } else if (copy.length > 0) copy[at] = value;
  return copy;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Of any size: as many are from 1 to 10 as from 1,000 to 10,000. */
export const depthUpTo = (most: number): fc.Arbitrary<number> =>
  fc.double({ min: 0, max: Math.log(most), noNaN: true }).map((power) => Math.round(Math.exp(power)));

/** Any JSON, and what JSON from a stranger may hold: depths, huge numbers, names that objects have already. */
export const anyJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.json({ maxDepth: 4 }) },
  fc.constantFrom('null', '[]', '1e999', '-0', '"__proto__"', '{"__proto__":{"a":1},"constructor":{"toString":1}}'),
  depthUpTo(20_000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  depthUpTo(20_000).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
);
