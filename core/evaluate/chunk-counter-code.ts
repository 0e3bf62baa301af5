/**
 * A WebAssembly function, instruction by instruction, that counts values before thresholds four at a time:
 *   count(values, margins, runs, runsEnd, found) -> the end of what it has found
 * All are byte addresses in its memory. `values`: float32, in chunks of 64, run after run. `margins`: float32, one a chunk.
 * `runs`: four int32 each, where its values end, where its thresholds (float32) begin and end, and where their counts begin:
 * four int32 lanes a threshold, to which the values below threshold - margin are added. `found`: two int32, the addresses
 * of four values and of a threshold, wherever one of the four is within the margin of it.
 */
export const CHUNK = 64;
/** What the rounding of a threshold to float32, and of threshold - margin, may come to, as a share of it, and twice that. */
export const SLACK = 2 ** -22;

const [I32, V128] = [0x7f, 0x7b];
const [VALUES, MARGINS, RUNS, RUNS_END, FOUND] = [0, 1, 2, 3, 4];
const [VALUES_END, THRESHOLDS_END, THRESHOLD, COUNT] = [5, 6, 7, 8];
const [CHUNK_MARGIN, MARGIN, AT, LOW, HIGH, BELOW, UP_TO, VALUE] = [9, 10, 11, 12, 13, 14, 15, 16];

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const simd = (...code: number[]): number[] => [0xfd, ...code];
/** Aligned to four bytes, and an offset in bytes. */
const at = (offset: number): number[] => [0x02, ...unsigned(offset)];
const plus = (bytes: number): number[] => [0x41, ...signed(bytes), 0x6a];
const advance = (local: number, bytes: number): number[] => [...get(local), ...plus(bytes), ...set(local)];
/** Over and over, while the first local is below the second. */
const loop = (body: number[], [local, end]: readonly [number, number]): number[] => [
  ...[0x03, 0x40],
  ...body,
  ...[...get(local), ...get(end), 0x49, 0x0d, 0x00],
  0x0b,
];
const when = (body: number[]): number[] => [0x04, 0x40, ...body, 0x0b];
const loadInt = (offset: number): number[] => [0x28, ...at(offset)];
const storeInt = (offset: number): number[] => [0x36, ...at(offset)];
const load = (offset: number): number[] => simd(0x00, ...at(offset));
const loadToAll = simd(0x09, ...at(0));
const store = simd(0x0b, ...at(0));
const [lessThan, atMost] = [simd(0x43), simd(0x45)];
const [xor, anyTrue] = [simd(0x51), simd(0x53)];
const minusInt = simd(0xb1, 0x01);
const [add, subtract, multiply] = [simd(0xe4, 0x01), simd(0xe5, 0x01), simd(0xe6, 0x01)];
const slack = simd(0x0c, ...new Uint8Array(new Float32Array(4).fill(SLACK).buffer));

const fours = Array.from({ length: CHUNK / 4 }, (_, i) => 16 * i);
/** A comparison gives -1 where it holds: taking it away counts. */
const countFour = (offset: number): number[] => [
  ...[...get(VALUES), ...load(offset), ...set(VALUE)],
  ...[...get(BELOW), ...get(VALUE), ...get(LOW), ...lessThan, ...minusInt, ...set(BELOW)],
  ...[...get(UP_TO), ...get(VALUE), ...get(HIGH), ...atMost, ...minusInt, ...set(UP_TO)],
];
const noteFour = (offset: number): number[] => [
  ...[...get(VALUES), ...load(offset), ...tee(VALUE), ...get(LOW), ...lessThan],
  ...[...get(VALUE), ...get(HIGH), ...atMost, ...xor, ...anyTrue],
  ...when([
    ...[...get(FOUND), ...get(VALUES), ...plus(offset), ...storeInt(0)],
    ...[...get(FOUND), ...get(THRESHOLD), ...storeInt(4)],
    ...advance(FOUND, 8),
  ]),
];
const perThreshold = [
  ...[...get(THRESHOLD), ...loadToAll, ...tee(AT), ...slack, ...multiply, ...get(CHUNK_MARGIN), ...add, ...set(MARGIN)],
  ...[...get(AT), ...get(MARGIN), ...subtract, ...set(LOW), ...get(AT), ...get(MARGIN), ...add, ...set(HIGH)],
  ...[...get(COUNT), ...load(0), ...tee(BELOW), ...set(UP_TO)],
  ...fours.flatMap(countFour),
  ...[...get(COUNT), ...get(BELOW), ...store],
  ...[...get(BELOW), ...get(UP_TO), ...xor, ...anyTrue, ...when(fours.flatMap(noteFour))],
  ...[...advance(COUNT, 16), ...advance(THRESHOLD, 4)],
];
const perChunk = [
  ...[...get(MARGINS), ...loadToAll, ...set(CHUNK_MARGIN)],
  ...[...get(RUNS), ...loadInt(4), ...set(THRESHOLD), ...get(RUNS), ...loadInt(12), ...set(COUNT)],
  ...loop(perThreshold, [THRESHOLD, THRESHOLDS_END]),
  ...[...advance(VALUES, 4 * CHUNK), ...advance(MARGINS, 4)],
];
const perRun = [
  ...[...get(RUNS), ...loadInt(0), ...set(VALUES_END), ...get(RUNS), ...loadInt(8), ...set(THRESHOLDS_END)],
  ...loop(perChunk, [VALUES, VALUES_END]),
  ...advance(RUNS, 16),
];
/** Behind its locals: four integers, eight vectors. */
const body = [...[0x02, 4, I32, 8, V128], ...loop(perRun, [RUNS, RUNS_END]), ...get(FOUND), 0x0b];

const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
const sized = (bytes: number[]): number[] => [...unsigned(bytes.length), ...bytes];
const section = (id: number, bytes: number[]): number[] => [id, ...sized([1, ...bytes])];

/** It imports its memory, which threads may share, as `host.memory` and exports `count`. */
export const chunkCounterCode = (): Uint8Array =>
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, 5, ...Array<number>(5).fill(I32), 1, I32]),
    ...section(2, [...name('host'), ...name('memory'), 0x02, 0x03, ...unsigned(1), ...unsigned(65536)]), // shared
    ...section(3, [0]),
    ...section(7, [...name('count'), 0x00, 0x00]),
    ...section(10, sized(body)),
  ]);

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >> 7)];
}
