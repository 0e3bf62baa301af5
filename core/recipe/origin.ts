import { dirname } from 'node:path';
import { locate } from '../problem/render.js';
import type { Origin } from './types.js';

/** Behind a value in a message: ` (from --set train.epochs=0)`; '' for what the file itself says at that place. */
export function originSuffix(origin: Origin | undefined): string {
  if (origin === undefined || origin.from === 'file' || origin.from === 'default') return '';
  return ` (from ${originWords(origin)})`;
}

/** Where a value came from: `recipes/faces.yaml:7:13`, `--set train.epochs=3`, `${vars.margin} at ...`. */
export function originWords(origin: Origin): string {
  switch (origin.from) {
    case 'file':
      return locate(origin.place);
    case 'set':
      return origin.text;
    case 'environment':
      return `\${env.${origin.name}}`;
    case 'variable':
      return `\${vars.${origin.name}}${origin.defined ? `, ${originWords(origin.defined)}` : ''}`;
    case 'default':
      return `default: ${origin.reason}`;
  }
}

/** The folder that a relative path with this origin starts from: that of the file that names it, else the current one. */
export function folderOf(origin: Origin, recipeFolder: string): string {
  if (origin.from === 'set') return process.cwd();
  if (origin.from === 'variable' && origin.defined) return folderOf(origin.defined, recipeFolder);
  return 'place' in origin && origin.place ? dirname(origin.place.file) : recipeFolder;
}
