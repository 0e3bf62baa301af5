import { types } from './graph-proto.js';
import {
  isOf,
  type Reference,
  type Trace,
  type TracedConstant,
  type TracedOperation,
  type TraceEntry,
} from './trace.js';

/** Operations on two values, element by element, which widen the smaller one to the shape of the larger by themselves. */
const widening = new Set('Add AddV2 Div DivNoNan Maximum Minimum Mul RealDiv SquaredDifference Sub'.split(' '));

/**
 * Sums hand their gradient back by a product with as many ones as they added up numbers, which the graph would hold and
 * copy: 537 MB for the triplets of a batch of 512. What such a product is read by takes the number that was to be
 * widened, where it widens by itself; else the number is broadcast. x * 1 is x to the last bit.
 */
export function withoutOnes(trace: Trace): Trace {
  const entries = [...trace.entries];
  entries.forEach((_, at) => {
    const product = productWithOnes(entries, at);
    if (product) handOn(entries, at, product);
  });
  entries.forEach((_, at) => {
    const product = productWithOnes(entries, at);
    if (product && isReadOnce(trace, entries, product.ones)) broadcast(entries, at, product);
  });
  return { ...trace, entries };
}

interface ProductWithOnes {
  readonly ones: number;
  /** The other factor, of fewer numbers than the product. */
  readonly narrow: Reference;
}

function productWithOnes(entries: readonly TraceEntry[], at: number): ProductWithOnes | null {
  const entry = entries[at]!;
  if (entry.kind === 'constant' || entry.op !== 'Mul') return null;
  for (const place of [0, 1]) {
    const [narrow, wide] = [entry.inputs[place]!, entry.inputs[1 - place]!];
    if (wide.from !== 'entry' || !isOnes(entries[wide.entry]!) || !isShapedAs(entries, wide, entry)) continue;
    if (!isShapedAs(entries, narrow, entry)) return { ones: wide.entry, narrow };
  }
  return null;
}

const one = Buffer.from(Float32Array.of(1).buffer);

/** Each number equals the next, and the first is 1: told without a copy of what may be very many. */
function isOnes(entry: TraceEntry): boolean {
  if (entry.kind !== 'constant' || entry.type !== types.float || entry.bytes.length === 0) return false;
  const { bytes } = entry;
  return bytes.subarray(0, 4).equals(one) && bytes.subarray(4).equals(bytes.subarray(0, -4));
}

/** Whether a value is known to have the shape of what the operation gives. */
function isShapedAs(
  entries: readonly TraceEntry[],
  reference: Reference,
  { shapes: [shape] }: TracedOperation,
): boolean {
  if (reference.from !== 'entry') return false;
  const entry = entries[reference.entry]!;
  const own = entry.kind === 'constant' ? entry.shape : entry.shapes[reference.output]!;
  return String(own) === String(shape);
}

/** To all that widen by themselves: of two values that one which is as large as what comes out. */
function handOn(entries: TraceEntry[], at: number, { narrow }: ProductWithOnes): void {
  entries.forEach((entry, i) => {
    if (entry.kind === 'constant' || !widening.has(entry.op)) return;
    for (const place of [0, 1]) {
      const [wide, other] = [entry.inputs[place]!, entry.inputs[1 - place]!];
      if (!isOf(wide, at) || isOf(other, at) || !isShapedAs(entries, other, entry)) continue;
      entries[i] = { ...entry, inputs: place === 0 ? [narrow, other] : [other, narrow] };
    }
  });
}

function isReadOnce(trace: Trace, entries: readonly TraceEntry[], at: number): boolean {
  const kept = [...Object.values(trace.outputs), ...trace.assigned.values()];
  const read = entries.flatMap((entry) => (entry.kind === 'constant' ? [] : entry.inputs));
  return [...kept, ...read].filter((one) => isOf(one, at)).length === 1;
}

/** The constant becomes the shape, so that everything keeps its number. */
function broadcast(entries: TraceEntry[], at: number, { ones, narrow }: ProductWithOnes): void {
  const product = entries[at] as TracedOperation;
  const type = product.attributes.find(({ name }) => name === 'T')!;
  const shape = Int32Array.from(product.shapes[0]!);
  const bytes = Buffer.from(shape.buffer);
  entries[ones] = { ...(entries[ones] as TracedConstant), type: types.int32, shape: [shape.length], bytes };
  const attributes = [type, { ...type, name: 'Tidx', value: types.int32 }];
  entries[at] = {
    ...product,
    op: 'BroadcastTo',
    attributes,
    inputs: [narrow, { from: 'entry', entry: ones, output: 0 }],
  };
}
