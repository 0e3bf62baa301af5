import { existsSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { fail, type Problem } from '../../problem/index.js';
import { archive, arrayFolder, besideArray, idxFolder } from './arrays.js';
import { fitting } from './fitting.js';
import { imageFolder } from './images.js';
import { byGroups, margin, type Suggesting, type Suggestion, splitsOfGroups, vectors } from './parts.js';
import { rows } from './rows.js';

/** A recipe, and what must be installed before it can be used. */
export interface SuggestedRecipe {
  readonly text: string;
  readonly absent: Problem | null;
}

/**
 * A commented recipe for the data.
 * Errors: DATA_MISSING, DATA_FORMAT for data that no source reads, DATA_COLUMN where no column groups the items.
 */
export async function suggestRecipe(how: Suggesting): Promise<SuggestedRecipe> {
  if (how.data !== null && !existsSync(how.data)) fail('DATA_MISSING', `${how.data} does not exist`);
  const suggestion = how.data === null ? synthetic() : await suggestionFor(how.data, how);
  const name = basename(how.data ?? how.recipe);
  const text = await fitting(
    suggestion.splits,
    (split, batchSize) => write(name, suggestion, { split, batchSize }),
    how,
  );
  return { text, absent: suggestion.absent ?? null };
}

async function suggestionFor(data: string, how: Suggesting): Promise<Suggestion> {
  if (statSync(data).isDirectory())
    return arrayFolder(data, how) ?? (await imageFolder(data, how)) ?? idxFolder(data, how);
  const extension = extname(data).toLowerCase();
  if (extension === '.npy') return besideArray(data, how);
  if (['.csv', '.tsv', '.jsonl', '.ndjson'].includes(extension)) return rows(data, how);
  if (extension === '.npz') return archive(data, how);
  return fail(
    'DATA_FORMAT',
    `init knows .csv, .tsv, .jsonl, .npy, .npz and a folder of images, .npy or idx files; ${basename(data)} is none`,
  );
}

function synthetic(): Suggestion {
  return {
    seen: ['No data was given: groups of noisy vectors stand in for it.'],
    source: 'source: { type: synthetic, groups: 20, perGroup: 50, shape: [16], noise: 0.3 }',
    splits: splitsOfGroups,
    encoder: vectors,
    loss: margin,
    sampler: byGroups,
  };
}

function write(
  name: string,
  { seen: noticed, source, augment = [], encoder, loss, sampler }: Suggestion,
  { split, batchSize }: { readonly split: string; readonly batchSize: number },
): string {
  const title =
    name
      .replace(/\.[^.]*$/, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'recipe';
  return `${[
    ...noticed.map((line) => `# ${line}`),
    '# siamese plan FILE shows every default; siamese explain FILE train.batchSize tells what a value means.',
    'version: 1',
    `name: ${title}`,
    'seed: 1',
    'data:',
    `  ${source}`,
    ...[split, ...augment].map((line) => `  ${line}`),
    encoder,
    ...loss,
    sampler,
    `train: { epochs: 10, batchSize: ${batchSize} }`,
  ].join('\n')}\n`;
}
