import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('figures.json', import.meta.url));

/** Notes what a part of the soak measured; other parts stay. */
export function note(part: string, name: string, figures: object): void {
  const all = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as Record<
    string,
    Record<string, object>
  >;
  const machine = { date: new Date().toISOString().slice(0, 10), node: process.version, cores: cpus().length };
  all[part] = { ...all[part], [name]: { ...figures, ...machine } };
  const sorted = Object.fromEntries(Object.entries(all[part]).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...all, [part]: sorted }, null, 2)}\n`);
}
