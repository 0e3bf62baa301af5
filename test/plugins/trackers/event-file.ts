/** Reads TensorBoard's event files by the letter of their formats, with nothing of siamese's own. */

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly version: string | null;
  readonly scalars: readonly { readonly tag: string; readonly value: number }[];
}

/** CRC-32C bit by bit, then the mask of TFRecord. */
function checksum(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest = (rest ^ byte) >>> 0;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? ((rest >>> 1) ^ 0x82f63b78) >>> 0 : rest >>> 1;
  }
  const value = BigInt(~rest >>> 0);
  return Number((((value >> 15n) | (value << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

export function readEvents(file: Uint8Array): ReadEvent[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    if (view.getUint32(at + 8, true) !== checksum(file.subarray(at, at + 8))) throw new Error(`length at ${at}`);
    const message = file.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 12 + length, true) !== checksum(message)) throw new Error(`message at ${at}`);
    events.push(readEvent(message));
    at += length + 16;
  }
  return events;
}

interface Field {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly value: bigint;
}

function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = message[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7n;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const kind = key & 7;
    const value = kind === 0 ? varint() : 0n;
    const length = kind === 0 ? 0 : kind === 1 ? 8 : kind === 5 ? 4 : Number(varint());
    yield { number: key >> 3, value, bytes: message.subarray(at, at + length) };
    at += length;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function readEvent(message: Uint8Array): ReadEvent {
  const event = {
    wallTime: 0,
    step: 0,
    version: null as string | null,
    scalars: [] as { tag: string; value: number }[],
  };
  for (const { number, bytes, value } of fields(message)) {
    if (number === 1) event.wallTime = viewOf(bytes).getFloat64(0, true);
    else if (number === 2) event.step = Number(value);
    else if (number === 3) event.version = textOf(bytes);
    else if (number === 5) for (const one of fields(bytes)) event.scalars.push(readScalar(one.bytes));
    else throw new Error(`field ${number}`);
  }
  return event;
}

function readScalar(message: Uint8Array): { tag: string; value: number } {
  const scalar = { tag: '', value: Number.NaN };
  for (const { number, bytes } of fields(message)) {
    if (number === 1) scalar.tag = textOf(bytes);
    else if (number === 2) scalar.value = viewOf(bytes).getFloat32(0, true);
    else throw new Error(`field ${number} of a value`);
  }
  return scalar;
}
