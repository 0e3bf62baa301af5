import { type Draw, type EmbeddingBlock, Evaluator } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { drawEpisode, type Episode, groupPools } from './episodes.js';

/**
 * Few-shot classification: in each episode `ways` groups are drawn, of each `shots` items to learn from and `queries`
 * others to tell. A query is given to the group whose prototype, the mean of its shots, is nearest by the recipe's
 * distance (ties: the group drawn first).
 *   accuracy   share of the queries, over all episodes, that are given to their own group
 * Units: a share, 0..1; chance is 1 / ways. Intervals draw the groups of the queries.
 * Errors: none; NaN with a note where fewer than `ways` groups have shots + 1 items.
 * Source: Snell, Swersky, Zemel 2017; Lake, Salakhutdinov, Tenenbaum 2015 (`within` an alphabet).
 */
export const fewShot = definePlugin(Evaluator, {
  name: 'few-shot',
  summary: 'Accuracy of telling drawn groups apart by a few examples of each.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ways: { type: 'integer', minimum: 2, default: 5, description: 'Groups to tell apart in an episode.' },
      shots: { type: 'integer', minimum: 1, default: 1, description: 'Examples of each group.' },
      queries: {
        type: 'integer',
        minimum: 1,
        default: 5,
        description: 'Other items of each group that are asked for, at most: small groups have fewer.',
      },
      episodes: { type: 'integer', minimum: 1, default: 200, description: 'Episodes that are drawn.' },
      within: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'A column, such as an alphabet: all groups of an episode have one value of it.',
      },
    },
  },
  measures: 'embeddings',
  least: ({ ways, shots }) => ({ groups: ways, items: shots + 1 }),
  reportedAs: 'fewShot',
  metrics: {
    accuracy: {
      better: 'higher',
      range: [0, 1],
      description: 'Share of queries whose nearest prototype, the mean of the shots, is that of their own group.',
    },
  },
  create: (options) => ({
    begin({ draw }) {
      let told: Told | null = null;
      return {
        add: async (block) => {
          told = await tellEpisodes(block, options, draw);
        },
        result: () => {
          const accuracy = told ? share(told, () => 1) : Number.NaN;
          if (!Number.isNaN(accuracy)) return { values: { accuracy } };
          const { ways, shots } = options;
          const note = `few-shot needs ${ways} groups of at least ${shots + 1} items${options.within === null ? '' : ` of one ${options.within}`}`;
          return { values: { accuracy }, notes: [note] };
        },
        resampled: (weight) => ({ accuracy: told ? share(told, (row) => weight[row]!) : Number.NaN }),
      };
    },
  }),
});

/** How often each row was asked for, and how often told rightly. */
interface Told {
  readonly asked: Float64Array;
  readonly right: Float64Array;
}

function share({ asked, right }: Told, weight: (row: number) => number): number {
  let [hits, total] = [0, 0];
  for (let row = 0; row < asked.length; row++) {
    hits += weight(row) * right[row]!;
    total += weight(row) * asked[row]!;
  }
  return total === 0 ? Number.NaN : hits / total;
}

interface Options {
  readonly ways: number;
  readonly shots: number;
  readonly queries: number;
  readonly episodes: number;
  readonly within: string | null;
}

async function tellEpisodes(block: EmbeddingBlock, options: Options, draw: Draw): Promise<Told> {
  const size = block.groups.length;
  const told = { asked: new Float64Array(size), right: new Float64Array(size) };
  const column = options.within === null ? null : block.column(options.within);
  const pools = groupPools(block.groups, column, options);
  if (pools.length === 0) return told;
  for (let i = 0; i < options.episodes; i++) await tell(block, drawEpisode(pools, options, draw), told);
  return told;
}

async function tell(block: EmbeddingBlock, { shots, queries }: Episode, told: Told): Promise<void> {
  const { embeddings, dimensions, distance } = block;
  const rows = queries.flat();
  const values = new Float32Array(rows.length * dimensions);
  for (const [i, row] of rows.entries()) {
    values.set(embeddings.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions);
  }
  const prototypes = new Float32Array(shots.length * dimensions);
  for (const [way, examples] of shots.entries()) {
    for (const row of examples) {
      for (let k = 0; k < dimensions; k++) {
        prototypes[way * dimensions + k]! += embeddings[row * dimensions + k]! / examples.length;
      }
    }
  }
  const distances = await distance(values, prototypes, rows.length, shots.length);
  const ways = queries.flatMap((asked, way) => asked.map(() => way));
  for (const [i, row] of rows.entries()) {
    const own = distances.subarray(i * shots.length, (i + 1) * shots.length);
    told.asked[row]!++;
    told.right[row]! += Number(own.indexOf(Math.min(...own)) === ways[i]);
  }
}
