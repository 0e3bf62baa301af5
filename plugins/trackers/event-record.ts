import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Of an event file: its first record, or a scalar at a step. */
export type EventRecord =
  | { readonly at: number; readonly version: string }
  | { readonly at: number; readonly step: number; readonly tag: string; readonly value: number };

/**
 * One record as a TensorBoard event file holds it: length (uint64), its checksum, the message `Event` of event.proto, its
 * checksum; numbers are little-endian. A scalar is a `simple_value`, a float32. `at`: milliseconds.
 * Source: TensorFlow's core/lib/io/record_writer.h, util/event.proto, framework/summary.proto.
 */
export function encodeRecord(record: EventRecord): Uint8Array {
  const message = encodeEvent(record);
  const framed = new Uint8Array(message.length + 16);
  const view = new DataView(framed.buffer);
  view.setUint32(0, message.length, true);
  view.setUint32(8, maskedChecksum(framed.subarray(0, 8)), true);
  framed.set(message, 12);
  view.setUint32(12 + message.length, maskedChecksum(message), true);
  return framed;
}

function encodeEvent(record: EventRecord): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Bit64).double(record.at / 1000); // wall_time
  if ('version' in record) return writer.tag(3, WireType.LengthDelimited).string(record.version).finish();
  writer.tag(2, WireType.Varint).int64(record.step);
  writer.tag(5, WireType.LengthDelimited).fork(); // summary
  writer.tag(1, WireType.LengthDelimited).fork(); // value
  writer.tag(1, WireType.LengthDelimited).string(record.tag);
  writer.tag(2, WireType.Bit32).float(Math.fround(record.value)); // simple_value
  return writer.join().join().finish();
}

const POLYNOMIAL = 0x82f63b78; // Castagnoli's, bits reversed
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest >>> 0;
});

/** CRC-32C, turned by 15 bits and moved by a constant, so that a checksum of checksums stays one. */
export function maskedChecksum(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = table[(rest ^ byte) & 255]! ^ (rest >>> 8);
  const checksum = ~rest >>> 0;
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}
