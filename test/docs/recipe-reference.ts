import { dereference, type Schema } from '../../core/plugin/schema.js';
import { envelopeSchema } from '../../core/recipe/envelope.js';
import { cell, defaultWords, typeWords } from './schema-words.js';

/** docs/reference/recipe.md: every key of a recipe, from its schema. */
export function recipeReference(): string {
  const root = envelopeSchema();
  const sections = Object.entries(root.properties ?? {}).map(([name, schema]) =>
    sectionOf(name, schema as Schema, root),
  );
  return `<!-- Generated from schemas/recipe.schema.json: npx vitest run test/docs -u makes it anew. -->
# The recipe, key by key
A slot (\`encoder\`, \`loss\`, ...) takes the bare name of a plugin, or a map of its \`type\` and its options: see the [plugins](plugins.md). \`siamese explain RECIPE a.key\` tells the same of one value, and where it came from.

${sections.join('\n')}`;
}

function sectionOf(name: string, schema: Schema, root: Schema): string {
  const rows = rowsOf(name, schema, root);
  const required = root.required?.includes(name) ? ' Required.' : '';
  const table = rows.length > 0 ? `\n| key | takes | default | |\n|---|---|---|---|\n${rows.join('\n')}\n` : '';
  const takes = rows.length > 0 ? '' : ` Takes ${typeWords(schema, root)}.`;
  const about = schema.description ?? dereference(schema, root).description ?? '';
  const said = about.replace(/([^.])$/, '$1.').replaceAll('<', '&lt;');
  return `## ${name}\n${said}${takes}${required}\n${table}`;
}

/** Rows of the keys below a key, whole paths, depth first. */
function rowsOf(path: string, schema: Schema, root: Schema): string[] {
  return mapsIn(schema, root).flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, inner]) => {
      if (inner === true) return [];
      const here = `${path}.${name}`;
      const { description = '' } = { ...dereference(inner, root), ...inner };
      const row = `| \`${here}\` | ${cell(typeWords(inner, root))} | ${cell(defaultWords({ ...dereference(inner, root), ...inner }, required.includes(name)))} | ${cell(description)} |`;
      return name === 'type' && isSlot(schema, root)
        ? []
        : [row, ...(isSlot(inner, root) ? [] : rowsOf(here, inner, root))];
    }),
  );
}

/** Maps that a value may be. */
function mapsIn(schema: Schema, root: Schema): readonly Schema[] {
  const here = dereference(schema, root);
  const branches = [...(here.anyOf ?? []), here.then, here.else].filter(
    (one): one is Schema => typeof one === 'object',
  );
  return [...(here.properties ? [here] : []), ...branches.flatMap((one) => mapsIn(one, root))];
}

function isSlot(schema: Schema, root: Schema): boolean {
  const here = dereference(schema, root);
  return [here.type].flat().includes('string') && here.properties !== undefined;
}
