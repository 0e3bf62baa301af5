import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Kind, kinds } from '../../core/contract/index.js';
import type { Part, Plugin } from '../../core/plugin/define.js';
import type { Schema } from '../../core/plugin/schema.js';
import { view } from '../../core/plugin/view.js';
import { builtIn } from '../../plugins/index.js';
import { partnersOf } from './combinations.js';
import { cell, defaultWords, typeWords } from './schema-words.js';

export const plurals: Readonly<Record<Kind, string>> = {
  encoder: 'encoders', distance: 'distances', head: 'heads', loss: 'losses', sampler: 'samplers', source: 'sources', split: 'splits',
  optimizer: 'optimizers', schedule: 'schedules', augmentation: 'augmentations', evaluator: 'evaluators', tracker: 'trackers',
}; // biome-ignore format: a table

/** docs/reference/plugins.md: each plugin's docstring, options and declarations. */
export async function pluginReference(): Promise<string> {
  const parts: string[] = [];
  for (const kind of kinds) {
    const plugins = builtIn.filter((plugin) => plugin.kind === kind);
    const texts = await Promise.all(plugins.map(describe));
    const none = `siamese has none of its own: [write one](../plugins/${kind}.md).\n`;
    parts.push(`## ${title(plurals[kind])}\n${texts.join('\n') || none}`);
  }
  return `<!-- Generated from the plugins' docstrings and declarations: npx vitest run test/docs -u makes it anew. -->
# Plugins
${kinds.map((kind) => `[${title(plurals[kind])}](#${plurals[kind]})`).join(' · ')}

What may stand beside what: [combinations](combinations.md).

${parts.join('\n')}`;
}

const title = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

async function describe(plugin: Plugin): Promise<string> {
  const { kind, name, summary } = plugin;
  const schema = plugin.options as Schema;
  const rows = Object.entries(schema.properties ?? {}).flatMap(([option, one]) =>
    one === true
      ? []
      : [
          `| \`${option}\` | ${cell(typeWords(one, schema))} | ${cell(defaultWords(one, schema.required?.includes(option) ?? false))} | ${cell(one.description ?? '')} |`,
        ],
  );
  rows.push(...Object.entries(view(plugin).parts ?? {}).map(([part, one]) => partRow(part, one)));
  const options =
    rows.length > 0 ? `\n| option | takes | default | |\n|---|---|---|---|\n${rows.join('\n')}\n` : '\nNo options.\n';
  const facts = [...declared(plugin), ...(kind === 'loss' ? await partners(name) : [])];
  return `### ${kind} \`${name}\`\n${summary}\n\n\`\`\`text\n${docstringOf(plugin)}\n\`\`\`\n${options}${facts.length > 0 ? `\n${facts.map((fact) => `- ${fact}`).join('\n')}\n` : ''}`;
}

/** A plugin inside the plugin, which stands among its options. */
function partRow(name: string, { slot, many, default: usual, description }: Part): string {
  const what = { list: `list of ${slot.kind}s`, map: `map of names to ${slot.kind}s` };
  return `| \`${name}\` | ${many ? what[many] : slot.kind} | ${usual === undefined ? 'required' : `\`${usual}\``} | ${cell(description)} |`;
}

async function partners(loss: string): Promise<readonly string[]> {
  const { distance, head, sampler } = await partnersOf(loss);
  return [
    `goes with distances: ${distance.join(', ')}`,
    `heads: ${head.join(', ')}`,
    `samplers: ${sampler.join(', ')}`,
  ];
}

/** The comment before the exported constant, without its marks. */
export function docstringOf({ kind, name }: Plugin): string {
  const file = fileURLToPath(new URL(`../../plugins/${plurals[kind]}/${name}.ts`, import.meta.url));
  const text = readFileSync(file, 'utf8');
  const [before] = text.split(/^export const \w+ = definePlugin\(/m);
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(before ?? '')?.[1];
  if (comment === undefined) throw new Error(`${file}: no docstring stands before its constant`);
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}

const shown = [
  'range',
  'unitRange',
  'metric',
  'symmetric',
  'produces',
  'reads',
  'needs',
  'from',
  'yields',
  'streams',
  'access',
  'relations',
  'of',
  'disjoint',
  'accepts',
  'inputs',
  'measures',
  'targets',
  'place',
  'together',
];

function declared(plugin: Plugin): readonly string[] {
  const fields = view(plugin) as unknown as Readonly<Record<string, unknown>>;
  return shown.flatMap((key) => {
    const value = fields[key];
    if (value === undefined) return [];
    return [`${key}: ${typeof value === 'function' ? 'depends on the options' : words(value)}`];
  });
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(', ');
  if (value !== null && typeof value === 'object')
    return Object.entries(value)
      .map(([key, inner]) => `${key} ${words(inner)}`)
      .join('; ');
  return String(value);
}
