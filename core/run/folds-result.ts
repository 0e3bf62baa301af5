import type { ApartResult, Baselines, Figures, PartResult, RunResult } from './result.js';

type Value = Figures[string] | undefined;

/**
 * What the runs of all folds come to: the mean of every figure, and its standard deviation over the folds (n - 1); a
 * figure that one of them could not measure is null. Counts and times are summed. Where it was interrupted, of those
 * that there are.
 */
export function foldsResult(results: readonly RunResult[], folds: number): RunResult {
  const [first, last] = [results[0]!, results.at(-1)!];
  const completed = results.length === folds && last.status === 'completed';
  const figured = results.filter(({ status }) => status === 'completed');
  return {
    status: completed ? 'completed' : last.status === 'completed' ? 'interrupted' : last.status,
    recipe: first.recipe,
    seed: first.seed,
    engine: first.engine,
    data: dataOf(results),
    evaluation: null,
    training: trainingOf(results),
    ...summary(figured, mean),
    ...apartOf(figured),
    intervals: { baselines: {} },
    notes: notesOf(results, folds),
    deviations: { ...summary(figured, deviation), ...apartDeviations(figured) },
    folds: results.map((one, fold) => ({ folder: `fold-${fold + 1}`, ...one })),
  };
}

/** Sizes are means; what stands in several parts of any fold. */
function dataOf(results: readonly RunResult[]): RunResult['data'] {
  const all = results.map(({ data }) => data);
  const size = (of: 'train' | 'validation' | 'test'): number => mean(all.map((data) => data[of]))!;
  const most = (of: 'items' | 'groups' | 'pairs'): number => Math.max(...all.map(({ overlap }) => overlap[of]));
  return {
    items: all[0]!.items,
    train: size('train'),
    validation: size('validation'),
    test: size('test'),
    overlap: { items: most('items'), groups: most('groups'), pairs: most('pairs') },
  };
}

/** Of the models that were kept the means. */
function trainingOf(results: readonly RunResult[]): RunResult['training'] {
  const all = results.map(({ training }) => training);
  const sum = (of: 'epochs' | 'steps' | 'pairs' | 'seconds'): number => all.reduce((total, one) => total + one[of], 0);
  const kept = all.flatMap(({ best }) => (best ? [best] : []));
  return {
    epochs: sum('epochs'),
    steps: sum('steps'),
    pairs: sum('pairs'),
    seconds: sum('seconds'),
    stepsPerSecond: sum('steps') / sum('seconds'),
    pairsPerSecond: sum('pairs') / sum('seconds'),
    firstStepSeconds: all[0]!.firstStepSeconds,
    peakMemoryMiB: Math.max(...all.map(({ peakMemoryMiB }) => peakMemoryMiB)),
    best:
      kept.length < all.length
        ? null
        : {
            epoch: mean(kept.map(({ epoch }) => epoch))!,
            step: mean(kept.map(({ step }) => step))!,
            monitor: kept[0]!.monitor,
            value: mean(kept.map(({ value }) => value))!,
          },
  };
}

function notesOf(results: readonly RunResult[], folds: number): readonly string[] {
  const done = results.filter(({ status }) => status === 'completed').length;
  const missing = done < folds ? [`${done} of ${folds} folds are completed: figures are of these`] : [];
  const byNote = new Map<string, number[]>();
  for (const [fold, { notes }] of results.entries())
    for (const note of notes) byNote.set(note, [...(byNote.get(note) ?? []), fold + 1]);
  const told = [...byNote].map(([note, of]) =>
    of.length === results.length ? note : `fold ${of.join(', ')}: ${note}`,
  );
  return [...missing, ...told];
}

type Summarize = (values: readonly number[]) => number | null;

function summary(results: readonly RunResult[], of: Summarize): Pick<RunResult, 'validation' | 'test' | 'baselines'> {
  const part = (name: 'validation' | 'test'): PartResult | null =>
    partOf(
      results.map((one) => one[name]),
      of,
    );
  const names = Object.keys(results[0]?.baselines ?? {}) as (keyof Baselines)[];
  const baselines = names.flatMap((name) => {
    const found = partOf(results.map((one) => one.baselines[name] ?? null), of); // biome-ignore format: one line
    return found ? [[name, found] as const] : [];
  });
  return { validation: part('validation'), test: part('test'), baselines: Object.fromEntries(baselines) };
}

type Shares = Readonly<Record<'seen' | 'unseen', readonly ApartResult[] | null>>;

/** What each fold has of the shares of test; null: not all have it. */
function sharesOf(results: readonly RunResult[]): Shares | null {
  if (results.length === 0 || results.some(({ apart }) => apart === undefined)) return null;
  const of = (name: 'seen' | 'unseen'): readonly ApartResult[] | null => {
    const known = results.flatMap(({ apart }) => apart?.[name] ?? []);
    return known.length === results.length ? known : null;
  };
  return { seen: of('seen'), unseen: of('unseen') };
}

/** Sizes and figures are means. */
function apartOf(results: readonly RunResult[]): Pick<RunResult, 'apart'> {
  const shares = sharesOf(results);
  const share = (all: readonly ApartResult[] | null): ApartResult | null =>
    all && {
      items: mean(all.map(({ items }) => items))!,
      groups: mean(all.map(({ groups }) => groups))!,
      figures: partOf(all.map(({ figures }) => figures), mean)!, // biome-ignore format: one line
      intervals: {},
    };
  return shares ? { apart: { seen: share(shares.seen), unseen: share(shares.unseen) } } : {};
}

function apartDeviations(results: readonly RunResult[]): Pick<NonNullable<RunResult['deviations']>, 'apart'> {
  const shares = sharesOf(results);
  const share = (all: readonly ApartResult[] | null): PartResult | null =>
    all && partOf(all.map(({ figures }) => figures), deviation); // biome-ignore format: one line
  return shares ? { apart: { seen: share(shares.seen), unseen: share(shares.unseen) } } : {};
}

function partOf(parts: readonly (PartResult | null)[], of: Summarize): PartResult | null {
  const [first] = parts;
  if (!first || parts.some((part) => part === null)) return null;
  return mapValues(
    first,
    (figures, evaluator) =>
    mapValues(figures, (_value, name) => combine(parts.map((part) => part![evaluator]?.[name]), of)), // biome-ignore format: one line
  );
}

/** Of the same figure of every fold: a number, or one for each member of a family. */
function combine(values: readonly Value[], of: Summarize): Figures[string] {
  const [first] = values;
  if (typeof first === 'object' && first !== null)
    return mapValues(first, (_value, key) => numberOf(values.map((one) => (one as typeof first | undefined)?.[key]), of)); // biome-ignore format: one line
  return numberOf(values, of);
}

function numberOf(values: readonly Value[], of: Summarize): number | null {
  const known = values.filter((value) => typeof value === 'number');
  return known.length === values.length && known.length > 0 ? of(known) : null;
}

const mean = (values: readonly number[]): number | null =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** null of a single value. */
function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values)!;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

const mapValues = <T, R>(map: Readonly<Record<string, T>>, change: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]));
