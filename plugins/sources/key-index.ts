import { nearest } from '../../core/problem/index.js';

/** How many keys a message offers, and among how many of the likest it looks for them. */
const [OFFERED, LOOKED_AT] = [3, 2000];

/** `; did you mean u1, u7?`: keys that are nearly the wanted one, or nothing. */
export function nearestKeys(wanted: string, keys: Iterable<string>): string {
  const likely = [...keys].map((key) => ({ key, common: commonStart(wanted, key) }));
  const candidates = likely
    .sort((a, b) => b.common - a.common)
    .slice(0, LOOKED_AT)
    .map(({ key }) => key);
  const found: string[] = [];
  while (found.length < OFFERED) {
    const near = nearest(
      wanted,
      candidates.filter((key) => !found.includes(key)),
    );
    if (near === null) break;
    found.push(near);
  }
  return found.length === 0 ? '' : `; did you mean ${found.join(', ')}?`;
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
