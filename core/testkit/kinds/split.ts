import {
  type Assignment,
  type PairTable,
  type SplitDeclarations,
  type SplitView,
  splitDeclarations,
} from '../../contract/index.js';
import { ProblemError } from '../../problem/index.js';
import { hashUnit } from '../../random/index.js';
import { flaw, passed, remark, skip, type Trial, type Verdict } from '../check.js';
import type { Subject } from '../subject.js';

const GROUPS = 12;
const ITEMS = 60;
const answers: readonly string[] = ['train', 'validation', 'test', 'unused'];
type Rows = 'items' | 'pairs';
const nameOf: readonly Assignment[] = ['train', 'validation', 'test'];

/** A part for every row, the same each time, and disjoint in what it declares. */
export function splitTrials(subject: Subject<'split'>): readonly Trial[] {
  const kinds = [declared(subject).of].flat();
  return kinds.flatMap((of) => {
    const named = (trial: Trial): Trial => (kinds.length > 1 ? { ...trial, name: `${trial.name} (${of})` } : trial);
    return trialsOf(subject, of).map(named);
  });
}

const declared = ({ definition, options }: Subject<'split'>): SplitDeclarations =>
  splitDeclarations(definition, options);

function trialsOf(subject: Subject<'split'>, of: Rows): readonly Trial[] {
  const cells = cellsFor(subject, of);
  const views: Readonly<Record<string, SplitView>> = {
    '': viewOf(of, null, cells),
    'of a source with parts of its own': viewOf(of, 'parts', cells),
  };
  const whole = views['']!;
  const each = (judge: (view: SplitView, parts: readonly Assignment[], fold: number) => string | null) => () =>
    everyFold(subject, views, judge);
  return [
    { name: 'a part for every row', run: each(partForEach) },
    {
      name: 'something to train on',
      run: each((_, parts) => (parts.includes('train') ? null : 'no row is for training')),
    },
    {
      name: 'the same each time',
      run: each((view, parts, fold) =>
        assign(subject, view, fold).join() === parts.join() ? null : 'asked again it divides otherwise',
      ),
    },
    { name: 'disjoint as declared', run: each((view, parts) => overlap(subject, view, parts)) },
    { name: 'given test rows stay out of training', run: () => keepsTest(subject, of) },
    { name: 'shares as asked', run: () => shares(subject, whole) },
    { name: 'folds differ', run: () => foldsDiffer(subject, whole) },
    { name: 'folds hold out every row once', run: () => foldsPartition(subject, whole) },
    { name: 'no rows at all', run: () => nothing(subject, of) },
    { name: 'leaves its inputs as they are', run: () => unchanged(subject, viewOf(of, 'parts', cells)) },
    { name: 'row by row', run: () => byRow(subject, whole) },
  ];
}

const groupOf = (row: number): number => (row === ITEMS - 1 ? -1 : row % GROUPS);

type Cell = (row: number) => string | number;
/** What a column may hold, the first that a split takes: parts, numbers, dates. */
const cellKinds: readonly ((part: (row: number) => number) => Cell)[] = [
  (part) => (row) => nameOf[part(row)]!,
  () => (row) => row % 20,
  () => (row) => new Date(Date.UTC(2024, 0, 1 + (row % 20))).toISOString().slice(0, 10),
];

function cellsFor(subject: Subject<'split'>, of: Rows): number {
  const taken = cellKinds.findIndex((_, kind) => typeof refusing(() => assign(subject, viewOf(of, null, kind), 0)) !== 'string'); // biome-ignore format: one line
  return Math.max(0, taken);
}

/** 60 items of 12 groups (one of none), or 80 pairs within these, each given twice. */
function viewOf(of: Rows, given: 'parts' | null, cells: number): SplitView {
  const pairs = of === 'pairs' ? pairTable() : null;
  const size = pairs ? pairs.left.length : ITEMS;
  const item = (row: number): number => pairs?.left[row] ?? row;
  const part = (row: number): number => [0, 0, 0, 0, 1, 2][Math.max(0, groupOf(item(row))) % 6]!;
  return {
    size,
    of,
    groups: of === 'items' ? Int32Array.from({ length: size }, (_, row) => groupOf(row)) : null,
    pairs,
    given: given === null ? null : Uint8Array.from({ length: size }, (_, row) => part(row)),
    key: (row) => (pairs ? `item ${pairs.left[row]}\nitem ${pairs.right[row]}` : `item ${row}`),
    shared: true,
    column: () => Array.from({ length: size }, (_, row) => cellKinds[cells]!(part)(row)),
  };
}

function pairTable(): PairTable {
  const left = Int32Array.from({ length: 80 }, (_, i) => (i % 40) % ITEMS);
  const right = Int32Array.from(left, (row, i) => (row + GROUPS * (1 + (i % 4))) % ITEMS); // 40 pairs, each given twice
  return { left, right, target: Float32Array.from(left, (_, i) => i % 2), weight: null };
}

const assign = (subject: Subject<'split'>, view: SplitView, fold: number): readonly Assignment[] =>
  subject.create().assign(view, fold, subject.draw('split'));

/** A split may refuse data in plain words (parts that the source does not bring). */
function everyFold(
  subject: Subject<'split'>,
  views: Readonly<Record<string, SplitView>>,
  judge: (view: SplitView, parts: readonly Assignment[], fold: number) => string | null,
): Verdict {
  const { folds } = subject.create();
  if (!Number.isInteger(folds) || folds < 1)
    return flaw(`its number of folds is ${folds}: it must be an integer from 1`);
  const refusals: string[] = [];
  for (const [where, view] of Object.entries(views)) {
    for (let fold = 0; fold < Math.min(folds, 5); fold++) {
      const parts = refusing(() => assign(subject, view, fold));
      if (typeof parts === 'string') refusals.push(parts);
      const found = typeof parts === 'string' ? null : judge(view, parts, fold);
      if (found !== null) return flaw(where === '' ? found : `${where}: ${found}`);
    }
  }
  const all = refusals.length === Object.keys(views).length * Math.min(folds, 5);
  return all ? flaw(`it divides nothing: ${refusals[0]}`) : passed;
}

function refusing<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProblemError && error.problems.every(({ code }) => code !== 'PLUGIN_FAILED'))
      return error.problems[0]!.message;
    throw error;
  }
}

function partForEach(view: SplitView, parts: readonly Assignment[]): string | null {
  if (parts.length !== view.size) return `it gives ${parts.length} parts for ${view.size} rows`;
  const wrong = Array.from(parts).find((part) => !answers.includes(part));
  return wrong === undefined && !Array.from(parts).includes(undefined as never)
    ? null
    : `it says "${wrong}" of a row; a part is ${answers.join(', ')}`;
}

/** Of what it declares disjoint: whatever stands in two parts. */
function overlap(subject: Subject<'split'>, view: SplitView, parts: readonly Assignment[]): string | null {
  const { pairs } = view;
  const units: Readonly<Record<string, (row: number) => readonly (string | number)[]>> = {
    items: (row) => (pairs ? [pairs.left[row]!, pairs.right[row]!] : [row]),
    groups: (row) =>
      (pairs ? [pairs.left[row]!, pairs.right[row]!].map(groupOf) : [groupOf(row)]).filter((group) => group >= 0),
    pairs: (row) => (pairs ? [view.key(row)] : []),
  };
  for (const what of declared(subject).disjoint) {
    const partOf = new Map<string | number, Assignment>();
    for (const [row, part] of parts.entries()) {
      if (part === 'unused') continue;
      for (const unit of units[what]!(row)) {
        const before: Assignment = partOf.get(unit) ?? part;
        if (before !== part) return `it declares ${what} disjoint, but one stands in ${before} and in ${part}`;
        partOf.set(unit, part);
      }
    }
  }
  return null;
}

/** Unless a column says otherwise. */
function keepsTest(subject: Subject<'split'>, of: Rows): Verdict {
  const columns = columnOptions(subject);
  if (columns.length > 0) return skip('a column decides');
  const view = viewOf(of, 'parts', 0);
  const parts = refusing(() => assign(subject, view, 0));
  if (typeof parts === 'string') return skip(`it refuses such data: ${parts}`);
  const wrong = parts.findIndex((part, row) => view.given![row] === 2 && part === 'train');
  return wrong < 0 ? passed : flaw(`row ${wrong} is a test row of the source, and it is trained on`);
}

function foldsDiffer(subject: Subject<'split'>, view: SplitView): Verdict {
  const { folds } = subject.create();
  if (folds === 1) return skip('it has one fold');
  const held = Array.from({ length: folds }, (_, fold) => assign(subject, view, fold)).map((parts) =>
    parts.flatMap((part, row) => (part === 'test' || part === 'validation' ? [row] : [])).join(),
  );
  return new Set(held).size === folds ? passed : flaw('two folds hold out the same rows');
}

function foldsPartition(subject: Subject<'split'>, view: SplitView): Verdict {
  const { folds } = subject.create();
  if (folds === 1) return skip('it has one fold');
  const each = Array.from({ length: folds }, (_, fold) => assign(subject, view, fold));
  const times = Array.from({ length: view.size }, (_, row) => each.filter((parts) => parts[row] === 'test').length);
  const wrong = times.findIndex((count, row) => count !== 1 && each.some((parts) => parts[row] !== 'unused'));
  return wrong < 0 ? passed : flaw(`row ${wrong} is in the test part of ${times[wrong]} folds, not of one`);
}

/** Of 60 or 80 rows a part by a hash comes within this of its share. */
const TOLERANCE = 0.12;

/** Where its options are called so, or by its number of folds. */
function shares(subject: Subject<'split'>, view: SplitView): Verdict {
  const { options } = subject;
  const { folds } = subject.create();
  const wanted = folds > 1 ? { test: 1 / folds } : sharesIn(options);
  if (!wanted) return skip('it has no options validation and test');
  const parts = refusing(() => assign(subject, view, 0));
  if (typeof parts === 'string') return skip(`it refuses such data: ${parts}`);
  for (const [part, share] of Object.entries(wanted)) {
    const got = parts.filter((one) => one === part).length / view.size;
    if (Math.abs(got - share) > TOLERANCE)
      return flaw(`${part} gets ${got.toFixed(3)} of the rows where its share is ${share.toFixed(3)}`);
  }
  return passed;
}

function sharesIn(options: Subject<'split'>['options']): Readonly<Record<string, number>> | null {
  const { validation, test } = options;
  if (typeof validation !== 'number' || test === undefined) return null;
  const held = typeof test === 'number' ? test : 0.1;
  const seen = typeof options['seen'] === 'number' ? options['seen'] : 0; // of what training would have
  return { validation, test: held + seen * (1 - validation - held) };
}

/** No rows are no parts, or refused in plain words. */
function nothing(subject: Subject<'split'>, of: Rows): Verdict {
  const none = new Int32Array();
  const pairs = of === 'pairs' ? { left: none, right: none, target: new Float32Array(), weight: null } : null;
  const empty: SplitView = { size: 0, of, groups: pairs ? null : none, pairs, given: null, key: String, column: () => [] }; // biome-ignore format: one line
  const parts = refusing(() => assign(subject, empty, 0));
  if (typeof parts === 'string') return passed;
  return parts.length === 0 ? passed : flaw(`it gives ${parts.length} parts for no rows`);
}

function unchanged(subject: Subject<'split'>, view: SplitView): Verdict {
  const text = (): string => JSON.stringify([view.groups, view.given, view.pairs].map((one) => JSON.stringify(one)));
  const before = text();
  refusing(() => assign(subject, view, 0));
  return text() === before ? passed : flaw('it changes the rows that it is given');
}

/** For streams: out of the row alone, whatever came before. */
function byRow(subject: Subject<'split'>, view: SplitView): Verdict {
  const split = subject.create();
  if (!split.assignRow) return skip('it does not divide streams');
  const parts = view.column('part');
  const part = (row: number): Assignment | string =>
    refusing(() =>
      split.assignRow!({ key: view.key(row), group: `group ${groupOf(row)}`, column: () => parts[row]! }, 0, hashUnit),
    );
  const forwards = Array.from({ length: view.size }, (_, row) => part(row));
  const refused = forwards.find((one) => !answers.includes(one));
  if (refused !== undefined)
    return typeof refused === 'string' && refused.includes(' ')
      ? remark(`it refuses: ${refused}`)
      : flaw(`it says "${refused}" of a row`);
  const backwards = Array.from({ length: view.size }, (_, i) => part(view.size - 1 - i)).reverse();
  const at = forwards.findIndex((one, row) => one !== backwards[row]);
  return at < 0 ? passed : flaw(`row ${at} has another part when the rows come in another order`);
}

/** Options that name a column, where one is named. */
const columnOptions = ({ options, schema }: Subject<'split'>): readonly string[] =>
  Object.entries(schema.properties)
    .filter(([name, option]) => 'format' in option && option.format === 'column' && options[name] !== null)
    .map(([name]) => name);
