/** Weighted mean. [n], [n] -> one number */
export function mean(values: ArrayLike<number>, weight: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (weight[i] === 0) continue; // whatever the value is
    sum += values[i]! * weight[i]!;
    total += weight[i]!;
  }
  return sum / total;
}

/** Weighted Pearson correlation; NaN where one of the two does not vary. */
export function pearson(a: Float64Array, b: Float64Array, weight: ArrayLike<number>): number {
  if (isConstant(a, weight) || isConstant(b, weight)) return Number.NaN;
  const [meanA, meanB] = [mean(a, weight), mean(b, weight)];
  const covariance = mean(
    a.map((value, i) => (value - meanA) * (b[i]! - meanB)),
    weight,
  );
  const deviation = (values: Float64Array, centre: number): number =>
    Math.sqrt(
      mean(
        values.map((value) => (value - centre) ** 2),
        weight,
      ),
    );
  return Math.max(-1, Math.min(1, covariance / (deviation(a, meanA) * deviation(b, meanB))));
}

function isConstant(values: Float64Array, weight: ArrayLike<number>): boolean {
  const first = values.findIndex((_, i) => weight[i]! > 0);
  return values.every((value, i) => weight[i] === 0 || value === values[first]);
}

/** Ranks from 1, ties given their mean; a value of weight w takes w places. */
export function ranks(values: ArrayLike<number>, weight: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  let before = 0;
  for (let start = 0; start < order.length; ) {
    let [end, places] = [start + 1, weight[order[start]!]!];
    while (end < order.length && values[order[end]!] === values[order[start]!]) places += weight[order[end++]!]!;
    for (let i = start; i < end; i++) result[order[i]!] = before + (places + 1) / 2;
    before += places;
    start = end;
  }
  return result;
}
