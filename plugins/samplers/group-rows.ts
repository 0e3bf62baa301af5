import type { Draw, Pool } from '../../core/contract/index.js';
import { openDeck } from './deck.js';
import type { GroupOptions } from './group-options.js';
import { listImpostors } from './impostors.js';

/** Deals `perGroup` rows of one group at a time. */
export type Hand = () => Int32Array;

/**
 * How a group's rows are drawn: in turn, so that each item is dealt once before any comes again, and no hand holds an item
 * twice unless the group has too few. With `positivesAcross` they are dealt over the values of the group in turn, values
 * in random order, so that their numbers in a hand differ by at most one; within a value, items come in turn.
 * Impostors of the group take their share of the hand, the last rows of it.
 */
export function openHands(pool: Pool, options: GroupOptions): (group: number, random: Draw) => Hand {
  const { perGroup, positivesAcross } = options;
  const values = positivesAcross === null ? null : pool.column(positivesAcross);
  const forged = listImpostors(pool.impostorOf);
  const share = Math.min(Math.floor(options.impostors * perGroup), perGroup - 2);
  return (group, random) => {
    const members = pool.members.subarray(pool.offsets[group], pool.offsets[group + 1]);
    const decks = byValue(members, values).map((rows) => openDeck(rows, random));
    const own = forged.get(group);
    const impostors = own && openDeck(own, random);
    const genuine = impostors ? perGroup - share : perGroup;
    return () => {
      const hand = new Int32Array(perGroup);
      const turns = decks.length === 1 ? Int32Array.of(0) : random.shuffle(Int32Array.from(decks.keys()));
      for (let row = 0; row < perGroup; row++) {
        const deck = row < genuine ? decks[turns[row % turns.length]!]! : impostors!;
        hand[row] = deck(hand.subarray(0, row));
      }
      return hand;
    };
  };
}

function byValue(members: Int32Array, values: Int32Array | null): readonly Int32Array[] {
  if (!values) return [members];
  const lists = new Map<number, number[]>();
  for (const row of members) {
    const known = lists.get(values[row]!);
    if (known) known.push(row);
    else lists.set(values[row]!, [row]);
  }
  return [...lists.values()].map((rows) => Int32Array.from(rows));
}
