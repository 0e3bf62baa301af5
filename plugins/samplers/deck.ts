import type { Draw } from '../../core/contract/index.js';

/** Deals one row; none that is `held` while another remains. */
export type Deck = (held: Int32Array) => number;

/**
 * Rows dealt in random order, each once before any comes again. A new round may begin while a hand is dealt: what the hand
 * holds already then waits, so that a hand of at most `rows.length` holds no row twice.
 */
export function openDeck(rows: Int32Array, random: Draw): Deck {
  const cards = rows.slice();
  let left = cards.length; // cards[0..left) are not dealt yet in this round
  return (held) => {
    if (left === 0) left = cards.length;
    let place = random.below(left);
    if (held.includes(cards[place]!)) place = freePlace(cards.subarray(0, left), held, random) ?? place;
    const row = cards[place]!;
    left--;
    cards[place] = cards[left]!;
    cards[left] = row;
    return row;
  };
}

function freePlace(cards: Int32Array, held: Int32Array, random: Draw): number | null {
  const free = cards.map((_, place) => place).filter((place) => !held.includes(cards[place]!));
  return free.length === 0 ? null : free[random.below(free.length)]!;
}
