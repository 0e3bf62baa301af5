import type { Problem } from '../../problem/index.js';
import { toJson } from '../../problem/render.js';
import type { Format } from './checked.js';
import { summaryOf } from './pretty.js';

/**
 * Workflow commands of GitHub Actions, which show each problem at its line of a pull request.
 * Source: "Workflow commands for GitHub Actions", error and warning, with their escapes.
 */
export const github: Format = {
  all: (checked) =>
    [...checked.flatMap(({ file, problems }) => problems.map((one) => command(one, file))), summaryOf(checked)].join(
      '\n',
    ),
};

function command(one: Problem, recipe: string): string {
  const [{ file, line, column, length, hint }] = toJson([one]) as [ReturnType<typeof toJson>[number]];
  const at = { file: file ?? recipe, line, col: column, endColumn: column === null ? null : column + (length ?? 1) };
  const properties = Object.entries({ ...at, title: one.code }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  const text = hint === null ? one.message : `${one.message}\n${hint}`;
  return `::${one.severity} ${properties.join(',')}::${escapeData(text)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
