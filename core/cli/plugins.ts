import { type Kind, kinds } from '../contract/index.js';
import type { Plugin } from '../plugin/define.js';
import { view } from '../plugin/view.js';
import { fail, suggestion } from '../problem/index.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { pluginsOf } from './plan-recipe.js';
import { out } from './terminal.js';

interface PluginOptions {
  readonly json?: boolean;
  readonly recipe?: string;
}

/** One line per plugin, by kind. */
export async function list(cli: Cli, kind: string | undefined, options: PluginOptions): Promise<number> {
  const registry = await pluginsOf(cli, options.recipe);
  const wanted = kind === undefined ? kinds : [kindOf(kind)];
  const found = wanted.flatMap((one) => registry.list(one));
  if (options.json)
    out(
      JSON.stringify(
        found.map(({ kind: of, name, summary }) => ({ kind: of, name, summary })),
        null,
        2,
      ),
    );
  else out(found.map(({ kind: of, name, summary }) => `${of.padEnd(12)}  ${name.padEnd(20)}  ${summary}`).join('\n'));
  return status.good;
}

/** A plugin with its options, defaults and declarations. */
export async function show(
  cli: Cli,
  what: { readonly kind: string; readonly name: string },
  options: PluginOptions,
): Promise<number> {
  const registry = await pluginsOf(cli, options.recipe);
  const kind = kindOf(what.kind);
  const plugin = registry.get(kind, what.name);
  if (!plugin) {
    const names = registry.list(kind).map(({ name }) => name);
    fail('PLUGIN_UNKNOWN', `no ${kind} is called "${what.name}"${suggestion(what.name, names)}`, {
      hint: `There are: ${names.join(', ')}`,
    });
  }
  if (options.json)
    out(
      JSON.stringify(
        { kind, name: plugin.name, summary: plugin.summary, options: plugin.options, declares: declarations(plugin) },
        null,
        2,
      ),
    );
  else out(describe(plugin));
  return status.good;
}

/** Errors: USAGE. */
export function kindOf(text: string): Kind {
  const singular = kinds.find((kind) => kind === text || `${kind}s` === text || (kind === 'loss' && text === 'losses'));
  return (
    singular ??
    fail('USAGE', `there is no kind "${text}"${suggestion(text, kinds)}`, { hint: `Kinds: ${kinds.join(', ')}` })
  );
}

function describe(plugin: Plugin): string {
  const { properties, required = [] } = plugin.options;
  const rows = Object.entries(properties).map(([name, schema]) => [
    name,
    required.includes(name) ? 'required' : `default ${'default' in schema ? JSON.stringify(schema.default) : 'none'}`,
    schema.description,
  ]);
  const declared = Object.entries(declarations(plugin)).map(
    ([name, value]) => `  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [
    `${plugin.kind} ${plugin.name}: ${plugin.summary}`,
    ...(declared.length > 0 ? ['', 'Declares', ...declared] : []),
    '',
    ...(rows.length > 0 ? ['Options', ...indent(alignLeft(rows))] : ['No options.']),
  ].join('\n');
}

const indent = (text: string): readonly string[] => text.split('\n').map((line) => `  ${line}`);

function alignLeft(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([name, value, text]) => `${name!.padEnd(widths[0]!)}  ${value!.padEnd(widths[1]!)}  ${text}`)
    .join('\n');
}

const notDeclared = new Set(['name', 'summary', 'options', 'create', 'api', 'fused']);

/** Geometry and needs, as far as they are data and not derived from options. */
function declarations(plugin: Plugin): Readonly<Record<string, unknown>> {
  const entries = Object.entries(view(plugin)).filter(([name]) => !notDeclared.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, printable(name, value)]));
}

function printable(name: string, value: unknown): unknown {
  if (typeof value === 'function') return 'depends on the options';
  if (name === 'inject' || name === 'parts') return Object.keys(value as object);
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      inner === Infinity
        ? 'Infinity'
        : inner === -Infinity
          ? '-Infinity'
          : typeof inner === 'symbol'
            ? undefined
            : inner,
    ),
  );
}
