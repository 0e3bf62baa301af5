import type { Part3 } from '../contract/index.js';
import type { Contents } from './contents.js';

/** The same content under different keys: items that are there twice. */
export interface Copies {
  /** Items beyond the first of their content, in one part. */
  readonly within: Readonly<Record<Part3, number>>;
  /** Items of validation and of test whose content another part has under another key: the leak. */
  readonly between: {
    readonly validation: { readonly train: number };
    readonly test: { readonly train: number; readonly validation: number };
  };
  /** Contents that stand in several groups: their labels contradict each other. */
  readonly contradicting: number;
  /** The first few of each kind, those between parts first. */
  readonly examples: readonly {
    readonly keys: readonly [string, string];
    readonly parts: readonly [Part3, Part3];
    readonly groups?: readonly [number, number];
  }[];
}

interface Member {
  readonly key: string;
  readonly part: Part3;
  /** -1: none. */
  readonly group: number;
}

const EXAMPLES = 5;
const order: readonly Part3[] = ['train', 'validation', 'test'];

export function findCopies(contents: Readonly<Record<Part3, Contents | null>>): Copies {
  const within = { train: 0, validation: 0, test: 0 };
  const between = { validation: { train: 0 }, test: { train: 0, validation: 0 } };
  let contradicting = 0;
  const leaks: Copies['examples'][number][] = [];
  const others: Copies['examples'][number][] = [];
  for (const members of repeated(contents)) {
    for (const part of order) within[part] += Math.max(0, keysIn(members, part).size - 1);
    between.validation.train += known(members, 'validation', 'train');
    between.test.train += known(members, 'test', 'train');
    between.test.validation += known(members, 'test', 'validation');
    if (new Set(members.map(({ group }) => group).filter((group) => group >= 0)).size > 1) contradicting++;
    const pair = exampleOf(members);
    const list = pair[0].part === pair[1].part ? others : leaks;
    if (list.length < EXAMPLES) list.push(shown(pair));
  }
  return { within, between, contradicting, examples: [...leaks, ...others].slice(0, EXAMPLES) };
}

/** Members of every content that stands under several keys. */
function repeated(contents: Readonly<Record<Part3, Contents | null>>): readonly (readonly Member[])[] {
  const firsts = new Map<string, Member>();
  const several = new Map<string, Member[]>();
  for (const part of order) {
    for (const { key, digest, group } of contents[part]?.items ?? []) {
      const member = { key, part, group };
      const first = firsts.get(digest);
      if (!first) firsts.set(digest, member);
      else several.set(digest, [...(several.get(digest) ?? [first]), member]);
    }
  }
  return [...several.values()].filter((members) => members.some(({ key }) => key !== members[0]!.key));
}

const keysIn = (members: readonly Member[], part: Part3): ReadonlySet<string> =>
  new Set(members.filter((one) => one.part === part).map(({ key }) => key));

/** Keys of one part whose content another part has under another key. */
function known(members: readonly Member[], part: Part3, by: Part3): number {
  const others = [...keysIn(members, by)];
  return [...keysIn(members, part)].filter((key) => others.some((other) => other !== key)).length;
}

/** Two members of different keys, of different parts where there are such. */
function exampleOf(members: readonly Member[]): readonly [Member, Member] {
  for (const two of members) {
    const one = members.find(({ key, part }) => key !== two.key && part !== two.part);
    if (one) return [two, one];
  }
  const [first] = members as [Member];
  return [first, members.find(({ key }) => key !== first.key)!];
}

function shown([a, b]: readonly [Member, Member]): Copies['examples'][number] {
  const differ = a.group >= 0 && b.group >= 0 && a.group !== b.group;
  return { keys: [a.key, b.key], parts: [a.part, b.part], ...(differ ? { groups: [a.group, b.group] as const } : {}) };
}

interface Told {
  readonly copies: Copies | null;
  /** Contents in several parts. */
  readonly duplicates: number;
  readonly overlap: { readonly items: number };
  readonly sizes: Readonly<Record<Part3, number>>;
}

/** What is to be known of copies, in sentences: where figures are of what training has seen, and where labels contradict. */
export function copyNotes({ copies, duplicates, overlap, sizes }: Told): readonly string[] {
  const isTold = overlap.items === 0; // where items themselves recur, as in a split of pairs, their copies are no news
  if (copies === null) {
    return duplicates === 0 || !isTold
      ? []
      : [`warning: the split leaks: ${duplicates} contents stand in several parts`];
  }
  const { between, contradicting, examples } = copies;
  const leak = (part: 'validation' | 'test', by: Part3, count: number): string[] => {
    if (count === 0 || !isTold) return [];
    const example = examples.find(({ parts }) => parts.includes(part) && parts.includes(by));
    const such = example ? ` (such as ${example.keys.join(' and ')})` : '';
    const of = by === 'train' ? 'training' : by;
    return [
      `warning: the split leaks: ${count} of ${sizes[part]} items of ${part} have the content of items of ${of} under other keys${such}`,
    ];
  };
  const told = contradicting === 0 ? [] : [`warning: ${contradicting} contents stand in several groups${suchGroups(examples)}: their labels contradict each other`]; // biome-ignore format: one line
  return [
    ...leak('test', 'train', between.test.train),
    ...leak('validation', 'train', between.validation.train),
    ...leak('test', 'validation', between.test.validation),
    ...told,
  ];
}

function suchGroups(examples: Copies['examples']): string {
  const example = examples.find(({ groups }) => groups !== undefined);
  return example ? ` (such as ${example.keys.join(' and ')})` : '';
}
