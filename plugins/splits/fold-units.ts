import type { Draw, SplitView } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';
import { componentsOf } from './components.js';
import { numberUnits } from './pair-units.js';

export type Like = 'unseen-groups' | 'stratified' | 'random' | 'connected';

/** What folds are made of: units that stay whole, by code. */
export interface FoldUnits {
  /** What `count` counts. */
  readonly words: string;
  readonly count: number;
  /** Units in random order, each family divided by itself: groups, and items without one. */
  readonly families: readonly Int32Array[];
  /** Unit of the row at a place of the open rows; two where a pair may lie between units. */
  ends(place: number): readonly number[];
  /** Group of each unit, where every group is to be in all folds. */
  readonly strata: Int32Array | null;
  /** Items of each unit, where units are balanced by them. */
  readonly sizes: Int32Array | null;
}

interface Dividing {
  readonly like: Like;
  readonly links: 'all' | 'same';
  readonly draw: Draw;
}

/** Errors: SPLIT, where the data does not have what the units are made of. */
export function foldUnits(view: SplitView, open: Int32Array, { like, links, draw }: Dividing): FoldUnits {
  if (like === 'connected') return componentUnits(view, open, { links, draw });
  if (like === 'random') {
    const { unitOf, count } = numberUnits(view, open);
    return { ...plain(unitOf), words: view.of, count, families: [draw.shuffle(upTo(count))] };
  }
  if (!view.groups)
    fail('SPLIT', `k-fold like ${like} divides by groups, but the data has none; like: random needs none`);
  const groups = open.map((row) => view.groups![row]!);
  return like === 'stratified' ? strataUnits(groups, draw) : groupUnits(groups, draw);
}

const plain = (unitOf: Int32Array): Pick<FoldUnits, 'ends' | 'strata' | 'sizes'> => ({
  ends: (place) => [unitOf[place]!],
  strata: null,
  sizes: null,
});
const upTo = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** Groups, and items without one each by itself. */
function groupUnits(groups: Int32Array, draw: Draw): FoldUnits {
  const codes = [...new Set(groups)].filter((group) => group >= 0).sort((a, b) => a - b);
  const unitOfGroup = new Map(codes.map((code, unit) => [code, unit]));
  let alone = codes.length;
  const unitOf = groups.map((group) => unitOfGroup.get(group) ?? alone++);
  const singles = Int32Array.from({ length: alone - codes.length }, (_, i) => codes.length + i);
  const families = [draw.shuffle(upTo(codes.length)), draw.shuffle(singles)];
  return { ...plain(unitOf), words: 'groups', count: codes.length, families };
}

/** Items, those of a group one after another; groups in random order, so that none is favoured. */
function strataUnits(groups: Int32Array, draw: Draw): FoldUnits {
  const byGroup = new Map<number, number[]>();
  for (const [place, group] of groups.entries()) {
    const members = byGroup.get(group) ?? [];
    members.push(place);
    byGroup.set(group, members);
  }
  const codes = draw.shuffle(Int32Array.from(byGroup.keys()).sort());
  const order = Array.from(codes).flatMap((code) => [...draw.shuffle(Int32Array.from(byGroup.get(code)!))]);
  const units = plain(upTo(groups.length));
  return { ...units, words: 'items', count: groups.length, families: [Int32Array.from(order)], strata: groups };
}

function componentUnits(
  view: SplitView,
  open: Int32Array,
  { links, draw }: { readonly links: 'all' | 'same'; readonly draw: Draw },
): FoldUnits {
  const { ofRow, ofRight, sizes } = componentsOf(view, links);
  const codes = [...new Set(Array.from(open).flatMap((row) => [ofRow[row]!, ofRight[row]!]))].sort((a, b) => a - b);
  const unitOf = new Map(codes.map((code, unit) => [code, unit]));
  return {
    words: 'connected components',
    count: codes.length,
    families: [draw.shuffle(upTo(codes.length))],
    ends: (place) => [unitOf.get(ofRow[open[place]!]!)!, unitOf.get(ofRight[open[place]!]!)!],
    strata: null,
    sizes: Int32Array.from(codes, (code) => sizes[code]!),
  };
}
