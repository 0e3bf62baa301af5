import type { DataDescription, Log } from '../contract/index.js';
import { openFiles, shown } from '../files/index.js';
import type { Schema } from '../plugin/schema.js';
import { view } from '../plugin/view.js';
import { type Place, type Problem, ProblemError, problem } from '../problem/index.js';
import { nodeAt, placeOf } from './node.js';
import type { Resolving, Slot } from './uses.js';

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {} };

/** Looks at the data's headers. null, with the problems reported, where that fails. */
export async function describeData(
  source: Slot<'source'>,
  resolving: Resolving,
  how: { readonly untrusted: boolean; readonly signal?: AbortSignal },
): Promise<DataDescription | null> {
  const files = openFiles({ folder: resolving.folder, untrusted: how.untrusted, ...(how.signal ? { signal: how.signal } : {}) });
  try {
    return await view(source.plugin).create(source.use.options, { log: silent }).describe(files);
  } catch (error) {
    how.signal?.throwIfAborted();
    resolving.faults.add(...problemsFrom(error, source.use.type).map((one) => located(one, source, resolving)));
    return null;
  } finally {
    await files.close();
  }
}

function problemsFrom(error: unknown, name: string): readonly Problem[] {
  if (error instanceof ProblemError) return error.problems;
  return [problem('PLUGIN_FAILED', `source ${name} threw: ${error instanceof Error ? error.message : String(error)}`)];
}

/** A problem of the data that names no place of its own stands at the option that names the file, else at the source. */
function located(one: Problem, source: Slot<'source'>, resolving: Resolving): Problem {
  const path = one.path ?? 'data.source';
  return { ...one, path, place: one.place ?? placeOfFile(one.message, source, resolving) ?? source.place };
}

function placeOfFile(message: string, source: Slot<'source'>, { root }: Resolving): Place | null {
  const named = pathOptions(source.plugin.options as Schema, source.use.options, ['data', 'source']).filter(
    ({ file }) => message.includes(file) || message.includes(shown(file)),
  );
  const [longest] = named.sort((a, b) => b.file.length - a.file.length);
  const node = longest && nodeAt(root, longest.path);
  return node ? placeOf(node.origin) : null;
}

/** Every file that the options name, with its path in the recipe. */
function pathOptions(schema: Schema, value: unknown, path: readonly string[]): { readonly file: string; readonly path: readonly string[] }[] {
  const branches = schema.anyOf ?? [schema];
  if (typeof value === 'string') return branches.some(({ format }) => format === 'path') ? [{ file: value, path }] : [];
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const next = branches.map((branch) => branch.properties?.[key]).find((one) => typeof one === 'object');
    return typeof next === 'object' ? pathOptions(next, inner, [...path, key]) : [];
  });
}
