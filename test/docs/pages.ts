import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every page, by its path from the root. */
export const pages: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .map((path) => join('docs', String(path)))
    .filter((path) => path.endsWith('.md'))
    .sort(),
];

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The code of a page in a language, with the line where it begins. */
export function blocksOf(page: string, language: string): readonly { readonly text: string; readonly line: number }[] {
  const text = textOf(page);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => ({
    text: match[1]!,
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}

/** Anchors of a page: those that it sets itself, and those of its headings, as GitHub makes them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const prose = textOf(page).replace(/^```[\s\S]*?^```/gm, '');
  const anchors = new Set([...prose.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1]!));
  for (const [, heading] of prose.matchAll(/^#+ (.+)$/gm)) {
    const word = heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let anchor = word;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${word}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}
