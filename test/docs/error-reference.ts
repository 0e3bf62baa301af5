import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Code, codes } from '../../core/problem/index.js';

const golden = fileURLToPath(new URL('../golden/errors', import.meta.url));

/** docs/reference/errors.md: every code, what it means, and a message as it is told. */
export function errorReference(): string {
  const stages = [...new Set(Object.values(codes).map(({ stage }) => stage))];
  const sections = stages.map((stage) => {
    const found = (Object.keys(codes) as Code[]).filter((code) => codes[code].stage === stage);
    return `## ${titles[stage]}\n${found.map(entry).join('\n')}`;
  });
  return `<!-- Generated from core/problem/codes.ts and test/golden/errors: npx vitest run test/docs -u makes it anew. -->
# Error codes
Stages run in this order, and each reports everything that it finds at once. What to do about trouble that is no error: [troubleshooting](../troubleshooting.md).

${sections.join('\n')}`;
}

const titles: Readonly<Record<string, string>> = {
  yaml: 'Reading the YAML', compose: 'Extends, variables, --set', envelope: "The recipe's own keys", plugins: 'Names of plugins',
  options: 'Options of plugins', rules: 'Rules across the slots', data: 'The data', run: 'The run',
}; // biome-ignore format: a table

function entry(code: Code): string {
  const [example] = readdirSync(golden).filter((name) => new RegExp(`^${code}(-1)?\\.txt$`).test(name));
  const path = example && join(golden, example);
  const shown = path && existsSync(path) ? `\n\`\`\`text\n${readFileSync(path, 'utf8').trimEnd()}\n\`\`\`\n` : '';
  return `### ${code}\n${codes[code].summary}\n${shown}`;
}
