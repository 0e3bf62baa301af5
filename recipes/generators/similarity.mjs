/** Similarities of texts, as record linkage has them. */

/** Runs of three characters, with the bounds of the text. */
export function trigrams(text) {
  const bounded = `  ${text} `;
  return Array.from({ length: bounded.length - 2 }, (_, at) => bounded.slice(at, at + 3));
}

/** Twice what two sets share, over both sizes. Source: Dice 1945. */
export function dice(a, b) {
  let shared = 0;
  for (const one of a) if (b.has(one)) shared++;
  return (2 * shared) / (a.size + b.size || 1);
}

/** One minus the edits from one text to the other over the longer length. Source: Levenshtein 1966. */
export function editSimilarity(a, b) {
  if (a === b) return 1;
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    before = row;
  }
  return 1 - before[b.length] / Math.max(a.length, b.length);
}

/** Characters in common at nearly one place, and the start in common. Source: Jaro 1989, Winkler 1990. */
export function jaroWinkler(a, b) {
  if (a === b) return 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Set();
  const matched = [...a].filter((letter, i) => {
    for (let j = Math.max(0, i - reach); j < Math.min(b.length, i + reach + 1); j++) {
      if (taken.has(j) || b[j] !== letter) continue;
      taken.add(j);
      return true;
    }
    return false;
  });
  if (matched.length === 0) return 0;
  const others = [...taken].sort((x, y) => x - y).map((j) => b[j]);
  const swaps = matched.filter((letter, i) => letter !== others[i]).length / 2;
  const jaro = (matched.length / a.length + matched.length / b.length + (matched.length - swaps) / matched.length) / 3;
  let start = 0;
  while (start < 4 && start < a.length && a[start] === b[start]) start++;
  return jaro + 0.1 * start * (1 - jaro);
}
