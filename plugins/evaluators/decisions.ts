export interface Decisions {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** From numbers of pairs, by weight. 0/0 is 0, as in scikit-learn. */
export function decisionsOf(
  counts: {
    readonly trueAccepts: number;
    readonly falseAccepts: number;
    readonly same: number;
    readonly different: number;
  },
  positive: 'same' | 'different',
): Decisions {
  const { trueAccepts, falseAccepts, same, different } = counts;
  const [missed, rejected] = [same - trueAccepts, different - falseAccepts];
  const [hits, wrong, lost] =
    positive === 'same' ? [trueAccepts, falseAccepts, missed] : [rejected, missed, falseAccepts];
  const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);
  return {
    accuracy: ratio(trueAccepts + rejected, same + different),
    precision: ratio(hits, hits + wrong),
    recall: ratio(hits, hits + lost),
    f1: ratio(2 * hits, 2 * hits + wrong + lost),
  };
}
