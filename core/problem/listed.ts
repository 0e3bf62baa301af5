const MOST = 20;
const LONGEST = 100;

/** Names as a message lists them: the first twenty and how many there are, long ones cut. A table may have 100,000 columns. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map((name) => (name.length > LONGEST ? `${name.slice(0, LONGEST)}...` : name));
  return shown.join(', ') + (names.length > MOST ? `, ... (${names.length})` : '');
}
