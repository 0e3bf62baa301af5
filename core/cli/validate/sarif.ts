import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codes, type Problem } from '../../problem/index.js';
import { toJson } from '../../problem/render.js';
import { version } from '../../run/version.js';
import type { Format } from './checked.js';

/**
 * Static Analysis Results Interchange Format 2.1.0, for code scanning.
 * Source: OASIS Standard, 27 March 2020. Columns count UTF-16 units, as the places of problems do.
 */
export const sarif: Format = {
  all(checked) {
    const found = checked.flatMap(({ file, problems }) => problems.map((one) => ({ one, recipe: file })));
    const rules = [...new Set(found.map(({ one }) => one.code))].sort();
    const driver = {
      name: 'siamese',
      version,
      rules: rules.map((code) => ({ id: code, shortDescription: { text: codes[code].summary } })),
    };
    const results = found.map(({ one, recipe }) => resultOf(one, { recipe, rule: rules.indexOf(one.code) }));
    const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
    return JSON.stringify({ $schema, version: '2.1.0', runs: [run] }, null, 2);
  },
};

const $schema = 'https://json.schemastore.org/sarif-2.1.0.json';

function resultOf(one: Problem, { recipe, rule }: { readonly recipe: string; readonly rule: number }): unknown {
  const [{ file, line, column, length, hint }] = toJson([one]) as [ReturnType<typeof toJson>[number]];
  const region =
    line === null || column === null
      ? {}
      : { region: { startLine: line, startColumn: column, endColumn: column + (length ?? 1) } };
  return {
    ruleId: one.code,
    ruleIndex: rule,
    level: one.severity,
    message: { text: hint === null ? one.message : `${one.message}\n${hint}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file ?? recipe) }, ...region } }],
  };
}

/** Relative to where the command was called, else whole. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
