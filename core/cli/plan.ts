import { printOrigins, recipeOf } from '../recipe/print.js';
import type { Plan } from '../recipe/types.js';
import { type Forecast, forecast } from '../run/forecast.js';
import { gibibytes } from '../run/prove/memory.js';
import type { Cli } from './cli.js';
import { statusOf } from './exit.js';
import { planOrExplain, type RecipeOptions } from './plan-recipe.js';
import { showProblems } from './show-problems.js';
import { interruptible } from './signals.js';
import { table } from './table.js';
import { out, terminalLog } from './terminal.js';

/** Shows what the run will do, then the resolved recipe with every value's origin. Status 1 where it cannot work. */
export async function plan(
  cli: Cli,
  file: string,
  options: RecipeOptions & { readonly json?: boolean },
): Promise<number> {
  const { planned, registry } = await planOrExplain(cli, file, options);
  return interruptible(async (signal) => {
    const proven = await forecast({ planned, registry, log: terminalLog, signal });
    if (options.json)
      out(
        JSON.stringify(
          {
            plan: planned.plan,
            recipe: recipeOf(planned),
            origins: Object.fromEntries(planned.origins),
            forecast: plain(proven),
          },
          null,
          2,
        ),
      );
    else {
      const proof = describe(proven, planned.plan.train);
      out([...proof, '', 'Every value, and where it comes from:', ...printOrigins(planned)].join('\n'));
    }
    showProblems(proven.problems);
    return statusOf(proven.problems);
  });
}

/** Typed arrays as plain ones. */
const plain = (value: Forecast): unknown =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (inner instanceof Int32Array ? [...inner] : inner)));

function describe(proven: Forecast, train: Plan['train']): readonly string[] {
  return [
    ...foldLines(proven),
    ...dataLines(proven),
    ...samplingLines(proven, train),
    ...networkLines(proven),
    ...memoryLines(proven),
  ];
}

const foldLines = ({ folds }: Forecast): readonly string[] =>
  folds === 1 ? [] : [`folds       ${folds}, a run for each: what follows is of the first`];

function dataLines({ data, evaluationPairs }: Forecast): readonly string[] {
  if (!data) return ['data        a stream: sizes show when it is read'];
  const part = (name: 'train' | 'validation' | 'test'): string[] => {
    const pairs = data.pairs[name] > 0 ? `${data.pairs[name]} given pairs` : '';
    const evaluated = name === 'train' || !evaluationPairs ? '' : `${evaluationPairs[name]} pairs evaluated`;
    return [name, String(data.sizes[name]), pairs, evaluated];
  };
  const parts = table([['part', 'items', '', ''], part('train'), part('validation'), part('test')]);
  return [parts, ...groupLines(data.train.groupSizes)];
}

/** How large the groups are, and how many of them are too small for a positive pair. */
function groupLines(sizes: Int32Array): readonly string[] {
  if (sizes.length === 0) return [];
  const [least, most] = [sizes.reduce((a, b) => Math.min(a, b)), sizes.reduce((a, b) => Math.max(a, b))];
  const range = least === most ? `${least}` : `${least} to ${most}`;
  const line = `groups      ${sizes.length} in training, of ${range} ${most === 1 ? 'item' : 'items'}`;
  const alone = sizes.filter((size) => size === 1).length;
  if (alone === 0) return [line];
  return [line, `            ${alone} of them with a single item, which is in no positive pair`];
}

function samplingLines({ sampled, steps }: Forecast, { batchSize, accumulate }: Plan['train']): readonly string[] {
  if (!sampled || sampled.batches === 0) return [];
  const rows = sampled.rows === null ? '' : `, ${sampled.rows} rows`;
  const positives = sampled.positives === null ? '' : `, ${(sampled.positives * 100).toFixed(1)}% positive`;
  const each = accumulate === 1 ? batchSize : `${accumulate} batches of ${batchSize}`;
  return [`epoch       ${sampled.steps} steps of ${each}${rows}${positives}`, `training    ${steps} steps`];
}

function networkLines({ inputs, towers, declared, parameters, dimensions }: Forecast): readonly string[] {
  if (dimensions === null) return [];
  const rows = towers.flatMap(({ path, layers }) =>
    layers.map((layer) => [
      `${path}/${layer.name}`,
      layer.type,
      `[${layer.shape.join(', ')}]`,
      String(layer.parameters),
    ]),
  );
  const own = declared.map(({ name, shape }) => [
    name,
    '',
    `[${shape.join(', ')}]`,
    String(shape.reduce((a, b) => a * b, 1)),
  ]);
  const given = inputs.map((input) => `${input.name} ${input.kind} [${input.shape.join(', ')}]`).join(', ');
  return [
    '',
    `inputs      ${given}`,
    table([['layer', 'type', 'output', 'parameters'], ...rows, ...own]),
    `parameters  ${parameters}, embeddings of ${dimensions}`,
  ];
}

function memoryLines({ needs }: Forecast): readonly string[] {
  if (needs.length === 0) return [];
  const total = needs.reduce((sum, { bytes }) => sum + bytes, 0);
  const large = needs.filter(({ bytes }) => bytes >= 2 ** 20);
  const parts = large.map(({ what, bytes }) => `            ${gibibytes(bytes)} for ${what}`);
  return ['', `memory      about ${gibibytes(total)}, beside the engine's own`, ...parts];
}
