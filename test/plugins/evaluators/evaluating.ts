import { readFileSync } from 'node:fs';
import type {
  EmbeddingBlock,
  EvaluatorInstance,
  EvaluatorResult,
  Measures,
  NeighbourBlock,
  PairBlock,
  Score,
} from '../../../core/contract/index.js';
import type { BoundEvaluator } from '../../../core/evaluate/evaluate.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { openStream } from '../../../core/random/index.js';
import type { MetricInputs } from '../../../core/run/case/metrics.js';
import { figuresOf } from '../../../core/run/result.js';

const log = { debug: () => {}, info: () => {}, warn: () => {} };

/** The defaults of its options, and the given ones. */
function optionsOf(plugin: Plugin<'evaluator'>, given: Options): Options {
  const defaults = Object.entries(plugin.options.properties).map(([name, schema]) => [name, schema.default]);
  return { ...Object.fromEntries(defaults), ...given };
}

export function bound(plugin: Plugin<'evaluator'>, given: Options = {}): BoundEvaluator {
  const { metrics, measures, neighbours, create } = view(plugin);
  const options = optionsOf(plugin, given);
  return {
    name: plugin.name,
    measures,
    metrics: typeof metrics === 'function' ? metrics(options) : metrics,
    binary: false,
    neighbours: neighbours?.(options) ?? 0,
    instance: create(options, { log }) as EvaluatorInstance<Measures>,
  };
}

export interface Settings {
  readonly threshold?: number | null;
  readonly positive?: 'same' | 'different';
  readonly options?: Options;
  readonly score?: Score;
}

/** An accumulator of the evaluator, with nothing in it. */
export function begin(
  plugin: Plugin<'evaluator'>,
  { threshold = null, positive = 'same', score = 'value', options = {} }: Settings = {},
) {
  return bound(plugin, options).instance.begin({ threshold, positive, score, draw: openStream(0, 'test').draw() });
}

/** What an evaluator says of some blocks. Every value is of a metric that it declares, and each of them is there. */
export async function judge(
  plugin: Plugin<'evaluator'>,
  blocks: readonly (PairBlock | NeighbourBlock)[],
  { threshold = null, positive = 'same', score = 'value', options = {} }: Settings = {},
): Promise<EvaluatorResult> {
  const { instance, metrics } = bound(plugin, options);
  const accumulator = instance.begin({ threshold, positive, score, draw: openStream(0, 'test').draw() });
  for (const block of blocks) await accumulator.add(block as PairBlock & NeighbourBlock & EmbeddingBlock);
  const result = accumulator.result();
  const [names, declared] = [Object.keys(result.values).sort(), Object.keys(metrics).sort()];
  if (names.join() !== declared.join()) throw new Error(`values ${names}, declared ${declared}`);
  for (const [name, { range }] of Object.entries(metrics)) {
    const value = result.values[name]!;
    if (value < range[0] || value > range[1]) throw new Error(`${name} is ${value}, outside ${range}`);
  }
  return result;
}

/** Named values of the result, as result.json shows them. */
export const figures = (plugin: Plugin<'evaluator'>, { values }: EvaluatorResult, options: Options = {}) =>
  figuresOf(values, bound(plugin, options).metrics);

export interface Pair {
  readonly closeness: number;
  readonly target: number;
  readonly weight?: number;
  readonly score?: number;
}

/** Pairs in blocks of `size`; the score is a value unless it is given. */
export function pairBlocks(pairs: readonly Pair[], size = 3): PairBlock[] {
  const blocks: PairBlock[] = [];
  for (let start = 0; start < pairs.length; start += size) {
    const some = pairs.slice(start, start + size);
    blocks.push({
      closeness: Float32Array.from(some, ({ closeness }) => closeness),
      score: Float32Array.from(some, ({ score, closeness }) => score ?? closeness),
      target: Float32Array.from(some, ({ target }) => target),
      weight: Float32Array.from(some, ({ weight = 1 }) => weight),
      left: Int32Array.from(some, (_, i) => start + i),
      right: Int32Array.from(some, (_, i) => start + i),
    });
  }
  return blocks;
}

interface ReferenceCase {
  readonly kind: string;
  readonly type: string;
  readonly options: Options;
  readonly inputs: MetricInputs;
  readonly value: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
}

/** The reference cases of an evaluator: values that other libraries computed in float64. */
export function referenceCases(type: string): readonly (ReferenceCase & { readonly file: string })[] {
  return ['toy', 'random'].flatMap((file) => {
    const text = readFileSync(new URL(`../../reference/${file}.json`, import.meta.url), 'utf8');
    const { cases } = JSON.parse(text) as { readonly cases: readonly ReferenceCase[] };
    return cases.filter((one) => one.kind === 'metric' && one.type === type).map((one) => ({ ...one, file }));
  });
}

/** Metric by metric, those of families by their path. */
export function flat(value: ReferenceCase['value'] | ReturnType<typeof figuresOf>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]): [string, number | null][] =>
      one !== null && typeof one === 'object'
        ? Object.entries(one).map(([key, member]) => [`${name}.${key}`, member])
        : [[name, one as number | null]],
    ),
  );
}
