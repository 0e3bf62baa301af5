/** Small data in place of what recipes fetch or generate: the same files and columns, made up. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashUnit } from '../../core/random/index.js';

const letters = 'abdefgiklmnoprstuv';
const unit = (...of: readonly (string | number)[]): number => hashUnit(of.join(' '));
const below = (bound: number, ...of: readonly (string | number)[]): number => Math.floor(bound * unit(...of));
const wordOf = (...of: readonly (string | number)[]): string =>
  Array.from({ length: 5 + below(4, 'length', ...of) }, (_, i) => letters[below(letters.length, i, ...of)]!).join('');

function write(folder: string, name: string, rows: readonly (readonly (string | number)[])[]): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `${rows.map((row) => row.join(',')).join('\n')}\n`);
  return file;
}

/** People, a copy of each with a letter or a field amiss, and pairs within three parts. */
export function febrl(folder: string): readonly string[] {
  const block = 80; // two for training, one each for validation and test
  const people = Array.from({ length: 4 * block }, (_, i) => [wordOf('first', i % 20), wordOf('last', i % 70), 2000 + below(900, i), ['nsw', 'vic', 'qld'][i % 3]!]); // biome-ignore format: one person
  const amiss = (row: readonly (string | number)[], i: number) =>
    row.map((cell, k) => (k !== i % 4 ? cell : i % 3 === 0 ? '' : `${String(cell).slice(1)}x`));
  const head = ['record', 'given_name', 'surname', 'postcode', 'state'];
  const partOf = (i: number): string => ['train', 'train', 'validation', 'test'][Math.floor(i / block)]!;
  const pairs = people.flatMap((_, i) => {
    const others = [1, 2, 3].map((k) => i - (i % block) + ((i + k) % block));
    return [[`o${i}`, `c${i}`, 1, partOf(i)], ...others.map((j) => [`o${i}`, `c${j}`, 0, partOf(i)])];
  });
  const source = 'data.source';
  return [
    `${source}.left.path=${write(folder, 'originals.csv', [head, ...people.map((one, i) => [`o${i}`, ...one])])}`,
    `${source}.right.path=${write(folder, 'copies.csv', [head, ...people.map((one, i) => [`c${i}`, ...amiss(one, i)])])}`,
    `${source}.pairs.path=${write(folder, 'pairs.csv', [['original', 'copy', 'same', 'part'], ...pairs])}`,
  ];
}

/** Words in two alphabets, letter for letter, and a Latin spelling without its last letter. */
export function cities(folder: string): readonly string[] {
  const cyrillic = (word: string): string =>
    [...word].map((letter) => String.fromCodePoint(0x430 + letter.charCodeAt(0) - 97)).join('');
  const rows = Array.from({ length: 150 }, (_, i) => wordOf('city', i)).flatMap((word, i) => [
    [`${i}-0`, word, 'Latin', 9000 + i, 'XX'],
    [`${i}-1`, cyrillic(word), 'Cyrillic', 9000 + i, 'XX'],
    [`${i}-2`, word.slice(0, -1), 'Latin', 9000 + i, 'XX'],
    [`${i}-3`, cyrillic(word.slice(0, -1)), 'Cyrillic', 9000 + i, 'XX'],
  ]);
  return [`data.source.path=${write(folder, 'names.csv', [['id', 'name', 'script', 'city', 'country'], ...rows])}`];
}
