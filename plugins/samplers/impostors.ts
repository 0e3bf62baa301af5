/** Impostors of each group that has any: rows of the pool. */
export function listImpostors(impostorOf: Int32Array | null): ReadonlyMap<number, Int32Array> {
  const lists = new Map<number, number[]>();
  impostorOf?.forEach((group, row) => {
    if (group < 0) return;
    const list = lists.get(group) ?? [];
    list.push(row);
    lists.set(group, list);
  });
  return new Map([...lists].map(([group, rows]) => [group, Int32Array.from(rows)]));
}
