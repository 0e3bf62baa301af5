import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, EmbeddingPair, Facts, Range, Score } from '../../contract/index.js';
import { isAdditive } from '../../plugin/additive.js';
import { flaw, flawIf, passed, remark, skip, type Trial, type Verdict } from '../check.js';
import { declared, hasWeights } from '../declared.js';
import { normalTensor, notFinite, shapeText, short, valuesOf } from '../numbers.js';
import { checkSlopes, gradientNotFinite, gradientOf } from '../slopes.js';
import { boundDistances } from '../stand-ins.js';
import { stepAt, stepTrials } from '../step-use.js';
import type { Subject } from '../subject.js';

const PAIRS = 8;
const WIDTH = 6;
const facts: Facts = { groups: 4, dimensions: WIDTH, items: PAIRS, batchSize: PAIRS };
type World = keyof typeof boundDistances;
const worlds = Object.keys(boundDistances) as World[];

/** Polarity as declared: a distance falls, a logit or value rises with likeness. Finite, with right gradients. */
export function headTrials(subject: Subject<'head'>): readonly Trial[] {
  return [
    { name: 'one score for each pair', run: () => shapes(subject) },
    { name: 'finite everywhere', run: () => inWorlds((world) => everywhere(subject, world)) },
    { name: 'polarity as declared', run: () => polarity(subject) },
    { name: 'looks at both at once, as declared', run: () => looksAtBoth(subject) },
    { name: 'within its declared range', run: () => inWorlds((world) => withinRange(subject, world)) },
    { name: 'gradient equals finite differences', run: () => slopes(subject) },
    { name: 'every trainable weight gets a gradient', run: () => reached(subject) },
    ...stepTrials(subject, {
      what: 'score',
      open: () => openHead(subject, 'euclidean'),
      inputs: (number) => [vectors(subject, `left${number}`), vectors(subject, `right${number}`)],
      run: ({ score }, [left, right], step) => [score(left!, right!, step)],
    }),
  ];
}

interface Open {
  readonly score: (left: Tensor, right: Tensor, step?: ReturnType<typeof stepAt>) => Tensor;
  readonly onDistance: (distance: Tensor) => Tensor;
  readonly distance: BoundDistance;
  readonly trainable: readonly tfc.Variable[];
}

/** The head over one of the stand-ins: bounded below, bounded, or unbounded. */
function openHead(subject: Subject<'head'>, world: World): Open {
  const distance = boundDistances[world]();
  const asked = Object.entries(subject.definition.inject ?? {}).map(([name, { kind }]) => [
    name,
    kind === 'distance' ? distance : null,
  ]);
  const instance = subject.create(Object.fromEntries(asked));
  const { weights, trainable } = declared(subject, facts);
  const of = (pair: EmbeddingPair, step = stepAt(0)): Tensor => instance.score(pair, weights as never, step);
  return {
    distance,
    trainable,
    score: (left, right, step) => of({ left, right, distance: () => distance.between(left, right) }, step), // [pairs]
    onDistance: (values) => {
      const none = tfc.zeros([values.shape[0]!, WIDTH]); // [pairs, 6]
      return of({ left: none, right: none, distance: () => values }); // [pairs]
    },
  };
}

const vectors = (subject: Subject<'head'>, name: string, scale = 1): Tensor =>
  normalTensor(subject.draw(name), [PAIRS, WIDTH], scale); // [8, 6]

function inWorlds(judge: (world: World) => string | null): Verdict {
  for (const world of worlds) {
    const found = judge(world);
    if (found !== null) return flaw(`over the distance ${world}: ${found}`);
  }
  return passed;
}

function shapes(subject: Subject<'head'>): Verdict {
  const { score } = openHead(subject, 'euclidean');
  for (const count of [PAIRS, 1]) {
    const rows = (name: string): Tensor => tfc.slice(vectors(subject, name), [0, 0], [count, WIDTH]); // [count, 6]
    const { shape } = score(rows('left'), rows('right'));
    if (shape.length !== 1 || shape[0] !== count)
      return flaw(`of ${count} pairs it gives ${shapeText(shape)}, not [${count}]`);
  }
  return passed;
}

function cases(subject: Subject<'head'>): Readonly<Record<string, readonly [Tensor, Tensor]>> {
  const left = vectors(subject, 'left'); // [8, 6]
  return {
    'of random pairs': [left, vectors(subject, 'right')],
    'of coincident pairs': [left, left],
    'of zero vectors': [tfc.zeros([PAIRS, WIDTH]), tfc.zeros([PAIRS, WIDTH])],
    'of long vectors': [vectors(subject, 'left', 100), vectors(subject, 'right', 100)],
  };
}

function everywhere(subject: Subject<'head'>, world: World): string | null {
  const { score } = openHead(subject, world);
  for (const [where, [left, right]] of Object.entries(cases(subject))) {
    if (world === 'negative-dot' && where === 'of long vectors') continue; // exp of it may be infinite, and may be meant
    const found =
      notFinite(valuesOf(score(left, right)), 'a score') ?? gradientNotFinite(([a, b]) => score(a!, b!), [left, right]);
    if (found !== null) return `${where}: ${found}`;
  }
  return null;
}

function produced({ definition, options }: Subject<'head'>): readonly Score[] {
  const { produces } = definition;
  return [typeof produces === 'function' ? produces(options) : produces].flat();
}

function readsDistance({ definition, options }: Subject<'head'>): boolean {
  const { reads } = definition;
  return (typeof reads === 'function' ? reads(options) : reads) === 'distance';
}

/** Over growing distances a score of kind `distance` never falls and the others never rise; and the score does change. */
function polarity(subject: Subject<'head'>): Verdict {
  if (!readsDistance(subject)) return polarityOfEmbeddings(subject);
  const sign = produced(subject).includes('distance') ? 1 : -1;
  for (const world of worlds) {
    const { onDistance, distance } = openHead(subject, world);
    const [low, high] = distance.range.map((end) => Math.max(-4, Math.min(4, end))) as [number, number];
    const grid = Array.from({ length: 9 }, (_, i) => low + ((high - low) * i) / 8);
    const scores = valuesOf(onDistance(tfc.tensor1d(grid))).map((score) => sign * score);
    const at = scores.findIndex((score, i) => i > 0 && score < scores[i - 1]! - 1e-6);
    const words =
      sign > 0
        ? 'a distance must grow with the distance'
        : `a ${produced(subject).join(' or ')} must fall with the distance`;
    if (at > 0)
      return flaw(
        `at the distances ${short(grid[at - 1]!)} and ${short(grid[at]!)} the scores are ${short(sign * scores[at - 1]!)} and ${short(sign * scores[at]!)}: ${words}`,
      );
    if (scores[0] === scores.at(-1))
      return flaw(`the score does not depend on the distance: it is ${short(scores[0]!)} everywhere`);
  }
  return passed;
}

function polarityOfEmbeddings(subject: Subject<'head'>): Verdict {
  if (hasWeights(subject, facts)) return skip('its weights are not trained: which way they point is learned');
  const sign = produced(subject).includes('distance') ? 1 : -1;
  const { score } = openHead(subject, 'euclidean');
  const left = vectors(subject, 'left'); // [8, 6]
  const [same, opposite] = [valuesOf(score(left, left)), valuesOf(score(left, tfc.neg(left)))];
  const at = same.findIndex((value, i) => sign * value > sign * opposite[i]!);
  return at < 0
    ? passed
    : flaw(
        `of an item with itself it is ${short(same[at]!)}, with its opposite ${short(opposite[at]!)}: that is the other polarity`,
      );
}

/** f(a) + g(b) leaves nothing of s(a, b) + s(c, d) - s(a, d) - s(c, b). */
function looksAtBoth(subject: Subject<'head'>): Verdict {
  const { score } = openHead(subject, 'euclidean');
  const [left, right] = [vectors(subject, 'left'), vectors(subject, 'right')]; // [8, 6] each
  const [otherLeft, otherRight] = [tfc.reverse(left, 0), tfc.reverse(right, 0)]; // [8, 6] each
  const straight = [score(left, right), score(otherLeft, otherRight)].map(valuesOf);
  const crossed = [score(left, otherRight), score(otherLeft, right)].map(valuesOf);
  const all = [...straight, ...crossed];
  const size = Math.max(...all.flat().map(Math.abs));
  const rest = all[0]!.map((value, i) => Math.abs(value + all[1]![i]! - all[2]![i]! - all[3]![i]!));
  const adds = Math.max(...rest) <= 1e-5 * size;
  const says = isAdditive(subject.definition, subject.options);
  if (adds === says) return passed;
  return flaw(
    says
      ? 'it says that it is additive, but its score is no sum of a number of each item'
      : 'its score is a number of the left item plus one of the right: that cannot tell which belong together (`additive` says so to whoever writes a recipe)',
  );
}

function withinRange(subject: Subject<'head'>, world: World): string | null {
  const { range } = subject.definition;
  if (!range) return null;
  const { score, distance } = openHead(subject, world);
  const [low, high]: Range = typeof range === 'function' ? range(subject.options, distance.range) : range;
  for (const [where, [left, right]] of Object.entries(cases(subject))) {
    const found = valuesOf(score(left, right)).find((value) => value < low - 1e-5 || value > high + 1e-5);
    if (found !== undefined) return `${where} a score is ${short(found)}, outside [${low}, ${high}]`;
  }
  return null;
}

function slopes(subject: Subject<'head'>): Verdict {
  const { score } = openHead(subject, 'euclidean');
  const factors = normalTensor(subject.draw('factors'), [PAIRS]); // [8]
  const inputs = [vectors(subject, 'left'), vectors(subject, 'right')]; // [8, 6] each
  const { wrong, held } = checkSlopes(([a, b]) => tfc.mul(factors, score(a!, b!)), inputs, subject.draw('along'));
  if (wrong !== null) return flaw(wrong);
  return held ? remark('with what it holds constant held constant') : passed;
}

function reached(subject: Subject<'head'>): Verdict {
  const { score, trainable } = openHead(subject, 'euclidean');
  if (trainable.length === 0) return skip('it has no trainable weights');
  const factors = normalTensor(subject.draw('factors'), [PAIRS]); // [8]
  const compute = (): Tensor => tfc.mul(factors, score(vectors(subject, 'left'), vectors(subject, 'right'))); // [8]
  const { gradients } = gradientOf(compute, trainable);
  const dead = gradients.filter((gradient) => gradient.every((part) => part === 0)).length;
  return flawIf(dead === 0 ? null : `${dead} of ${trainable.length} trainable weights have no influence on the score`);
}
