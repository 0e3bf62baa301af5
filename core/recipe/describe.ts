import { descriptionFault } from '../contract/description-fault.js';
import type { DataDescription } from '../contract/index.js';
import { addressIn, openFiles, shown } from '../files/index.js';
import type { Schema } from '../plugin/schema.js';
import { silent } from '../plugin/silent.js';
import { view } from '../plugin/view.js';
import { fail, type Problem, ProblemError, problem } from '../problem/index.js';
import { type Fields, imageWishes } from './image-wishes.js';
import { type Node, nodeAt, placeOf } from './node.js';
import { originSuffix } from './origin.js';
import type { Resolving, Slot } from './uses.js';

/** Looks at the data's headers. null, with the problems reported, where that fails. */
export async function describeData(
  source: Slot<'source'>,
  resolving: Resolving,
  how: { readonly fields: Fields; readonly untrusted: boolean; readonly signal?: AbortSignal },
): Promise<DataDescription | null> {
  const files = openFiles({
    folder: resolving.folder,
    untrusted: how.untrusted,
    ...(how.signal ? { signal: how.signal } : {}),
  });
  try {
    const reader = view(source.plugin).create(source.use.options, { log: silent, images: imageWishes(how.fields) });
    const description = await reader.describe(files);
    const fault = descriptionFault(description);
    return fault === null ? description : fail('PLUGIN_FAILED', `source ${source.use.type} ${fault}`);
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

/** A problem of the data that names no place of its own stands at the option that it speaks of, else at the source. */
function located(one: Problem, source: Slot<'source'>, resolving: Resolving): Problem {
  const path = one.path ?? 'data.source';
  if (one.place) return { ...one, path };
  const subject = subjectOf(one.message, source, resolving);
  if (!subject) return { ...one, path, place: source.place };
  return { ...one, path, message: one.message + originSuffix(subject.origin), place: placeOf(subject.origin) };
}

/** The option that a message names: by its path, by the column in quotes (beside the file, of several), by the file. */
function subjectOf(message: string, source: Slot<'source'>, { root }: Resolving): Node | null {
  const options = textOptions(source.plugin.options as Schema, source.use.options, ['data', 'source']);
  const columns = options
    .filter(({ format, text }) => format === 'column' && message.includes(`"${text}"`))
    .sort((a, b) => message.indexOf(`"${a.text}"`) - message.indexOf(`"${b.text}"`));
  const [file] = options
    .filter(
      ({ format, text }) =>
        format === 'path' && [text, shown(text), addressIn(text) ?? text].some((one) => message.includes(one)),
    )
    .sort((a, b) => b.text.length - a.text.length);
  const beside = columns.find(({ path }) => file && path.slice(0, -1).join() === file.path.slice(0, -1).join());
  const column = beside ?? columns[0];
  const named = /\bdata\.source\.\w+(\.\w+)*/.exec(message)?.[0].split('.');
  for (const path of [named, column?.path, file?.path]) {
    const node = path && nodeAt(root, path);
    if (node) return node;
  }
  return null;
}

interface TextOption {
  readonly text: string;
  readonly format: 'path' | 'column';
  readonly path: readonly string[];
}

/** Every file and column that the options name, with its path in the recipe. */
function textOptions(schema: Schema, value: unknown, path: readonly string[]): TextOption[] {
  const branches = schema.anyOf ?? [schema];
  if (typeof value === 'string') {
    const format = branches.map((branch) => branch.format).find((one) => one === 'path' || one === 'column');
    return format === undefined ? [] : [{ text: value, format, path }];
  }
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) {
    const items = branches.map((branch) => branch.items).find((one) => one !== undefined);
    return items ? value.flatMap((inner, i) => textOptions(items, inner, [...path, String(i)])) : [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const next = branches.map((branch) => branch.properties?.[key]).find((one) => typeof one === 'object');
    return typeof next === 'object' ? textOptions(next, inner, [...path, key]) : [];
  });
}
