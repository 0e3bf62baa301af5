import { type Assignment, type Draw, type Log, Split, type SplitView } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { balance } from './balance.js';
import { type Components, componentsOf } from './components.js';
import { links } from './links.js';
import { askedFor, checkShares, type OpenRows, openRows, type Shares, test, validation } from './shares.js';

/**
 * Items that given pairs (or triplets) link, directly or by others, go to one part: connected components are divided
 * whole, so that no item of validation or test is known from training.
 * Shares are approximated: large components go where most is missing, the others in random order to the part that lacks
 * most of its share. With `links: same` different pairs tie nothing together; those whose items then stand in two parts
 * are left out, and their number is told.
 * Units: shares are of the items that pairs name.
 * Errors: SPLIT, where the shares leave nothing for training, a component is so large that a part gets less than half of
 * its share, or the source's own parts share components; DATA_GROUPS, where there are fewer components than parts.
 */
export const connected = definePlugin(Split, {
  name: 'connected',
  summary: 'What given pairs link stays together: connected components are divided whole.',
  options: { type: 'object', additionalProperties: false, properties: { links, validation, test } },
  of: 'pairs',
  disjoint: ['items', 'pairs'],
  create: (options, { log }) => {
    checkShares(options);
    return {
      folds: 1,
      assign(view, _fold, draw) {
        const rows = openRows(view, options);
        const components = componentsOf(view, options.links);
        refuseShared(rows, components, view);
        divide(rows, components, draw);
        leaveOutTorn(rows.assigned, components, log);
        return rows.assigned;
      },
    };
  },
});

/** Where the source brings parts, none of its components may stand in two of them. */
function refuseShared({ assigned }: OpenRows, { ofRow, ofRight }: Components, { given }: SplitView): void {
  if (!given) return;
  const partOf = new Map<number, Assignment>();
  const shared = new Set<number>();
  for (const [row, part] of assigned.entries()) {
    for (const component of [ofRow[row]!, ofRight[row]!]) {
      if ((partOf.get(component) ?? part) !== part) shared.add(component);
      partOf.set(component, part);
    }
  }
  if (shared.size === 0) return;
  const what = `${shared.size} of ${partOf.size} connected components stand in several of the parts that the source brings`;
  fail('SPLIT', `${what}: their items would be known from training`, { hint: 'given takes such parts as they are.' });
}

const order: readonly Assignment[] = ['test', 'validation', 'train'];

function divide({ assigned, open, shares }: OpenRows, components: Components, draw: Draw): void {
  const { ofRow, ofRight, sizes } = components;
  const codes = [...new Set(open.map((row) => ofRow[row]!)), ...open.map((row) => ofRight[row]!)];
  const free = Int32Array.from(new Set(codes)).sort();
  const own = free.map((code) => sizes[code]!);
  const total = own.reduce((sum, size) => sum + size, 0);
  const asked = order.filter((part) => shareOf(part, shares) > 0);
  const words = askedFor(shares);
  const largest = own.reduce((most, size) => Math.max(most, size), 0);
  if (free.length < words.count) {
    const what = `${words.words} need at least ${words.count} connected components`;
    fail('DATA_GROUPS', `${what}; the data has ${free.length}, the largest of ${largest} items`, { hint: wayOut });
  }
  const quotas = asked.map((part) => shareOf(part, shares) * total);
  const bins = balance(own, quotas, draw);
  const filled = quotas.map((_, bin) => own.reduce((sum, size, unit) => sum + (bins[unit] === bin ? size : 0), 0));
  refuseGiant(own, { filled, quotas, asked });
  const partOf = new Map(Array.from(free, (code, unit) => [code, asked[bins[unit]!]!]));
  for (const row of open)
    assigned[row] = partOf.get(ofRow[row]!) === partOf.get(ofRight[row]!) ? partOf.get(ofRow[row]!)! : 'unused';
}

const shareOf = (part: Assignment, { validation, test }: Shares): number =>
  part === 'test' ? test : part === 'validation' ? validation : 1 - validation - test;

const wayOut = 'links: same ties items together by same pairs alone; random divides pairs, and lets items recur.';

interface Filled {
  readonly filled: readonly number[];
  readonly quotas: readonly number[];
  readonly asked: readonly Assignment[];
}

function refuseGiant(sizes: Int32Array, { filled, quotas, asked }: Filled): void {
  const short = quotas.findIndex((quota, bin) => filled[bin]! < quota / 2);
  if (short < 0) return;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const giant = `the largest of ${sizes.length} connected components holds ${largest} of ${total} items`;
  const left = `${asked[short]} gets ${filled[short]} where its share asks for ${Math.round(quotas[short]!)}`;
  fail('SPLIT', `${giant}, so that ${left}`, {
    path: 'data.split',
    hint: wayOut,
  });
}

function leaveOutTorn(assigned: readonly Assignment[], { ofRow, ofRight }: Components, log: Log): void {
  const torn = assigned.filter((part, row) => part === 'unused' && ofRow[row] !== ofRight[row]).length;
  if (torn > 0) log.warn(`different pairs left out, since their items stand in two parts: ${torn}`);
}
