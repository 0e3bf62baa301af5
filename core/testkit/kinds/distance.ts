import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Euclidean, Facts, Range } from '../../contract/index.js';
import { bindDistance } from '../../train/bind.js';
import { flaw, flawIf, passed, remark, skip, type Trial, type Verdict } from '../check.js';
import { declared, hasWeights } from '../declared.js';
import { difference, normalTensor, notFinite, shapeText, short, unitTensor, valuesOf } from '../numbers.js';
import { checkSlopes, gradientNotFinite } from '../slopes.js';
import { stepTrials } from '../step-use.js';
import type { Subject } from '../subject.js';

const ROWS = 8;
const WIDTH = 6;
const facts: Facts = { groups: 4, dimensions: WIDTH, items: ROWS, batchSize: ROWS };

/** Everything that a trial needs of an open distance. */
interface Open {
  readonly between: (a: Tensor, b: Tensor) => Tensor;
  readonly matrix: ((a: Tensor, b: Tensor) => Tensor) | null;
  readonly weights: readonly Tensor[];
}

/** Smaller is closer; range, symmetry and metric as declared; finite, with right gradients everywhere. */
export function distanceTrials(subject: Subject<'distance'>): readonly Trial[] {
  const { definition, options } = subject;
  const resolved = (range: Range | ((options: never) => Range)): Range =>
    typeof range === 'function' ? range(options as never) : range;
  const range = resolved(definition.range);
  const { metric = false, symmetric = true, unitRange } = definition;
  return [
    { name: 'one number for each pair', run: () => shapes(subject) },
    {
      name: 'finite everywhere',
      run: () => everywhere(subject, (open, [a, b]) => notFinite(valuesOf(open.between(a, b)), 'a distance')),
    },
    {
      name: 'within its declared range',
      run: () => everywhere(subject, (open, [a, b]) => outside(valuesOf(open.between(a, b)), range)),
    },
    {
      name: 'never negative',
      run: () => {
        if (range[0] < 0 && !metric) return skip('its range begins below 0');
        return everywhere(subject, (open, [a, b]) => outside(valuesOf(open.between(a, b)), [0, Infinity]));
      },
    },
    {
      name: 'within its range on vectors of length 1',
      run: () => (unitRange ? onUnits(subject, resolved(unitRange)) : skip('it declares no unitRange')),
    },
    {
      name: 'smaller is closer',
      run: () => (metric || !hasWeights(subject, facts) ? closest(subject) : skip('its weights are not trained')),
    },
    {
      name: 'zero from an item to itself',
      run: () => (metric ? zeroOnItself(subject) : skip('it is not declared a metric')),
    },
    {
      name: 'zero only for equal items',
      run: () => (metric ? zeroOnlyThere(subject) : skip('it is not declared a metric')),
    },
    {
      name: 'the same in both directions',
      run: () => (symmetric ? isSymmetric(subject) : skip('it is declared not symmetric')),
    },
    {
      name: 'the euclidean distance that it declares',
      run: () => (definition.euclidean ? isEuclidean(subject, definition.euclidean) : skip('it declares none')),
    },
    { name: 'triangle inequality', run: () => (metric ? triangle(subject) : skip('it is not declared a metric')) },
    { name: 'matrix equals the distances of pairs', run: () => matrixAgrees(subject) },
    {
      name: 'gradient finite at coincident points',
      run: () => everywhere(subject, (open, [a, b]) => gradientNotFinite(([x, y]) => open.between(x!, y!), [a, b])),
    },
    { name: 'gradient equals finite differences', run: () => slopes(subject) },
    ...stepTrials(subject, {
      what: 'between',
      open: () => openDistance(subject),
      inputs: (number) => [vectors(subject, `a${number}`), vectors(subject, `b${number}`)],
      run: ({ between, matrix }, [a, b]) => [between(a!, b!), ...(matrix ? [matrix(a!, b!)] : [])],
    }),
  ];
}

function openDistance(subject: Subject<'distance'>): Open {
  const instance = subject.create();
  const { weights } = declared(subject, facts);
  const { between, matrix } = bindDistance({ instance, range: [0, 0], metric: false, weights: weights as never });
  return { between, matrix: instance.matrix ? matrix : null, weights: Object.values(weights) };
}

const vectors = (subject: Subject<'distance'>, name: string, scale = 1): Tensor =>
  normalTensor(subject.draw(name), [ROWS, WIDTH], scale); // [8, 6]

/** -> [count, 6] */
const rows = (tensor: Tensor, from: number, count: number): Tensor => tfc.slice(tensor, [from, 0], [count, WIDTH]);

function shapes(subject: Subject<'distance'>): Verdict {
  const { between } = openDistance(subject);
  const result = between(vectors(subject, 'a'), vectors(subject, 'b')); // [8]
  const one = between(rows(vectors(subject, 'a'), 0, 1), rows(vectors(subject, 'b'), 0, 1)); // [1]
  if (result.dtype !== 'float32') return flaw(`between gives ${result.dtype}, not float32`);
  return flawIf(
    one.shape[0] === 1
      ? difference(valuesOf(result).slice(0, 1), valuesOf(one))
      : `of one pair it gives ${shapeText(one.shape)}`,
  );
}

/** Evaluation ranks by squares, and does not call what it declares to be euclidean. */
function isEuclidean(subject: Subject<'distance'>, kind: Euclidean): Verdict {
  return everywhere(subject, ({ between }, [a, b]) => {
    const expected = kind === 'cosine' ? ofDirections(a, b) : squares(a, b); // [n]
    return difference(valuesOf(between(a, b)), valuesOf(kind === 'root' ? tfc.sqrt(expected) : expected));
  });
}

/** [n, 6], [n, 6] -> [n] */
const squares = (a: Tensor, b: Tensor): Tensor => tfc.sum(tfc.square(tfc.sub(a, b)), 1);

/** 1 - cos by chords; a zero vector stands at right angles to everything. [n, 6], [n, 6] -> [n] */
function ofDirections(a: Tensor, b: Tensor): Tensor {
  const lengths = [a, b].map((one) => tfc.norm(one, 'euclidean', 1, true)) as [Tensor, Tensor]; // [n, 1] each
  const [u, v] = [tfc.divNoNan(a, lengths[0]), tfc.divNoNan(b, lengths[1])]; // [n, 6] each
  const missing = lengths.map((length) => tfc.cast(tfc.equal(tfc.squeeze(length, [1]), 0), 'float32')); // [n] each
  return tfc.div(tfc.addN([squares(u, v), ...missing]), 2); // [n]
}

/** Pairs among which are coincident ones, zero vectors, long and short ones. */
function everywhere(
  subject: Subject<'distance'>,
  judge: (open: Open, pair: readonly [Tensor, Tensor]) => string | null,
): Verdict {
  const open = openDistance(subject);
  const [a, zero] = [vectors(subject, 'a'), tfc.zeros([ROWS, WIDTH])]; // [8, 6] each
  const cases: Readonly<Record<string, readonly [Tensor, Tensor]>> = {
    'of random vectors': [a, vectors(subject, 'b')],
    'of coincident vectors': [a, a],
    'of nearly coincident vectors': [a, tfc.add(a, 1e-6)],
    'of opposite vectors': [a, tfc.neg(a)],
    'of a zero vector': [a, zero],
    'of two zero vectors': [zero, zero],
    'of long vectors': [vectors(subject, 'a', 1e3), vectors(subject, 'b', 1e3)],
    'of short vectors': [vectors(subject, 'a', 1e-3), vectors(subject, 'b', 1e-3)],
  };
  for (const [where, pair] of Object.entries(cases)) {
    const found = judge(open, pair);
    if (found !== null) return flaw(`${where}: ${found}`);
  }
  return passed;
}

function outside(values: readonly number[], [low, high]: Range): string | null {
  const slack = (end: number): number => (Number.isFinite(end) ? 1e-5 * Math.max(1, Math.abs(end)) : 0);
  const found = values.find((value) => value < low - slack(low) || value > high + slack(high));
  return found === undefined ? null : `a distance is ${short(found)}, outside [${low}, ${high}]`;
}

const units = (subject: Subject<'distance'>, name: string): Tensor => unitTensor(subject.draw(name), [ROWS, WIDTH]); // [8, 6]

function onUnits(subject: Subject<'distance'>, range: Range): Verdict {
  const { between } = openDistance(subject);
  const [a, b] = [units(subject, 'a'), units(subject, 'b')]; // [8, 6] each
  const others = [b, a, tfc.neg(a)]; // [8, 6] each
  return flawIf(
    others.map((other) => outside(valuesOf(between(a, other)), range)).find((found) => found !== null) ?? null,
  );
}

/** Of vectors of length 1 none is closer than the vector itself, and not all are as close. */
function closest(subject: Subject<'distance'>): Verdict {
  const { between } = openDistance(subject);
  const [a, b] = [units(subject, 'a'), units(subject, 'b')]; // [8, 6] each
  const [self, other] = [valuesOf(between(a, a)), valuesOf(between(a, b))];
  const at = self.findIndex((value, i) => value > other[i]! + 1e-5);
  if (at >= 0)
    return flaw(
      `an item is farther from itself (${short(self[at]!)}) than from another (${short(other[at]!)}): smaller must be closer`,
    );
  return self.every((value, i) => value === other[i]) ? flaw('all pairs are equally far') : passed;
}

function zeroOnItself(subject: Subject<'distance'>): Verdict {
  const { between } = openDistance(subject);
  const a = vectors(subject, 'a'); // [8, 6]
  const found = valuesOf(between(a, a)).find((value) => Math.abs(value) > 1e-5);
  return found === undefined ? passed : flaw(`from an item to itself it is ${short(found)}; a metric is 0 there`);
}

/** Items that differ in one number alone, each of them in turn: whoever passes over one is found. */
function zeroOnlyThere(subject: Subject<'distance'>): Verdict {
  const { between } = openDistance(subject);
  const a = rows(vectors(subject, 'a'), 0, WIDTH); // [6, 6]
  const at = valuesOf(between(a, tfc.add(a, tfc.eye(WIDTH)))).indexOf(0);
  if (at < 0) return passed;
  return flaw(
    `two items that differ in number ${at + 1} of ${WIDTH} alone are at distance 0; a metric tells them apart`,
  );
}

function isSymmetric(subject: Subject<'distance'>): Verdict {
  const { between } = openDistance(subject);
  const [a, b] = [vectors(subject, 'a'), vectors(subject, 'b')]; // [8, 6] each
  const found = difference(valuesOf(between(a, b)), valuesOf(between(b, a)));
  return found === null
    ? passed
    : flaw(`from b to a it is not what it is from a to b: ${found} (declare symmetric: false if that is meant)`);
}

function triangle(subject: Subject<'distance'>): Verdict {
  const { between } = openDistance(subject);
  const [a, c] = [vectors(subject, 'a'), vectors(subject, 'c')]; // [8, 6] each
  const middle = tfc.mul(0.5, tfc.add(a, c)); // [8, 6]; where a squared distance breaks it
  for (const b of [middle, vectors(subject, 'b')]) {
    const [direct, first, second] = [between(a, c), between(a, b), between(b, c)].map(valuesOf);
    const at = direct!.findIndex((value, i) => value > (first![i]! + second![i]!) * (1 + 1e-5) + 1e-5);
    if (at >= 0)
      return flaw(
        `going by a third item is shorter: ${short(direct![at]!)} > ${short(first![at]!)} + ${short(second![at]!)}`,
      );
  }
  return passed;
}

function matrixAgrees(subject: Subject<'distance'>): Verdict {
  const { between, matrix } = openDistance(subject);
  if (!matrix) return skip('it has no matrix of its own');
  const a = vectors(subject, 'a'); // [8, 6]
  const b = tfc.concat([rows(vectors(subject, 'b'), 0, 3), rows(a, 0, 2)]); // [5, 6]
  const all = valuesOf(matrix(a, b));
  const wanted = Array.from(
    { length: ROWS },
    (_, i) => valuesOf(between(tfc.tile(rows(a, i, 1), [5, 1]), b)), // [5, 6] -> [5]
  ).flat();
  const found = difference(wanted, all);
  return found === null ? passed : flaw(`between against matrix: ${found}`);
}

function slopes(subject: Subject<'distance'>): Verdict {
  const { between, weights } = openDistance(subject);
  const factors = normalTensor(subject.draw('factors'), [ROWS]); // [8]
  const inputs = [vectors(subject, 'a'), vectors(subject, 'b')]; // [8, 6] each
  const { wrong, held } = checkSlopes(([a, b]) => tfc.mul(factors, between(a!, b!)), inputs, subject.draw('along'));
  if (wrong !== null) return flaw(wrong);
  if (weights.length > 0) return flawIf(null);
  return held ? remark('with what it holds constant held constant') : passed;
}
