import {
  isOf,
  type Reference,
  type Trace,
  type TracedConstant,
  type TracedOperation,
  type TraceEntry,
} from './trace.js';

/**
 * A bias in front of max pooling goes behind it: max(x_i + b) is max(x_i) + b to the last bit, since rounding never
 * falls, over a quarter as many numbers (windows of 2 x 2). Its gradient is the sum of what comes back to the pooling,
 * which hands each number on to one of its window.
 */
export function biasBehindPooling(trace: Trace): Trace {
  const entries = [...trace.entries];
  for (const [bias, pool] of biasedPools(trace)) moveBehind(entries, bias, pool);
  return { ...trace, entries };
}

/** Entries of additions of a bias, each with that of the pooling behind it. Nothing else reads the sum. */
function biasedPools(trace: Trace): [number, number][] {
  const { entries } = trace;
  const kept = [...Object.values(trace.outputs), ...trace.assigned.values()];
  return entries.flatMap((entry, pool): [number, number][] => {
    const from = entry.kind === 'operation' && entry.op === 'MaxPool' ? entry.inputs[0]! : null;
    if (from?.from !== 'entry' || !isBiasAdded(trace, from.entry)) return [];
    const bias = from.entry;
    const isRead =
      kept.some((one) => isOf(one, bias)) || entries.some((one, i) => i !== pool && reads(one, bias, pool));
    return isRead ? [] : [[bias, pool]];
  });
}

/** Whether an entry adds one number per channel to convolved images. */
function isBiasAdded({ entries }: Trace, index: number): boolean {
  const entry = entries[index]!;
  if (entry.kind !== 'operation' || (entry.op !== 'Add' && entry.op !== 'AddV2')) return false;
  const [images, bias] = entry.inputs as [Reference, Reference];
  const convolution = images.from === 'entry' ? entries[images.entry]! : null;
  return convolution?.kind === 'operation' && convolution.op === 'Conv2D' && bias.from === 'variable';
}

/** Whether an entry reads the sum otherwise than the gradient of that pooling does. */
function reads(entry: TraceEntry, bias: number, pool: number): boolean {
  if (entry.kind === 'constant') return false;
  const isGradient = entry.op === 'MaxPoolGrad' && isOf(entry.inputs[1]!, pool);
  return entry.inputs.some((one, i) => isOf(one, bias) && !(isGradient && i === 0));
}

/** The two change places, so that everything else keeps its number. */
function moveBehind(entries: TraceEntry[], bias: number, pool: number): void {
  const [added, pooled] = [entries[bias] as TracedOperation, entries[pool] as TracedOperation];
  const [images, vector] = added.inputs as [Reference, Reference];
  entries[bias] = { ...pooled, inputs: [images], part: added.part };
  entries[pool] = { ...added, inputs: [{ from: 'entry', entry: bias, output: 0 }, vector], shapes: pooled.shapes };
  entries.forEach((entry, i) => {
    if (entry.kind === 'constant' || entry.op !== 'MaxPoolGrad' || !isOf(entry.inputs[1]!, pool)) return;
    entries[i] = { ...entry, inputs: [images, { from: 'entry', entry: bias, output: 0 }, entry.inputs[2]!] };
    sumBefore(entries, i, entry.inputs[2]!);
  });
}

/** Sums over images and places of the pooling's gradient are taken from what comes into it. */
function sumBefore(entries: TraceEntry[], gradient: number, incoming: Reference): void {
  entries.forEach((entry, i) => {
    if (entry.kind === 'constant' || entry.op !== 'Sum' || !isOf(entry.inputs[0]!, gradient)) return;
    const axes = entry.inputs[1]!;
    const constant = axes.from === 'entry' ? entries[axes.entry]! : null;
    if (constant?.kind !== 'constant' || axesOf(constant) !== '0,1,2') return;
    entries[i] = { ...entry, inputs: [incoming, axes] };
  });
}

const axesOf = ({ bytes }: TracedConstant): string =>
  Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i)).join();
