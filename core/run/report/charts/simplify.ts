type Point = readonly [x: number, y: number];

/**
 * The points of a line that must stay, so that no other one lies further than `tolerance` from what is drawn: first and
 * last, and again and again the one that lies furthest from the line between two that stay. Source: Douglas, Peucker 1973.
 */
export function simplify<P>(points: readonly P[], at: (point: P) => Point, tolerance: number): P[] {
  const places = points.map(at);
  const stays = new Set([0, points.length - 1]);
  const between: [number, number][] = [[0, points.length - 1]];
  for (let pair = between.pop(); pair; pair = between.pop()) {
    const [from, to] = pair;
    let [furthest, most] = [-1, tolerance];
    for (let i = from + 1; i < to; i++) {
      const distance = fromSegment(places[i]!, places[from]!, places[to]!);
      if (distance > most) [furthest, most] = [i, distance];
    }
    if (furthest < 0) continue;
    stays.add(furthest);
    between.push([from, furthest], [furthest, to]);
  }
  return points.filter((_, i) => stays.has(i));
}

function fromSegment([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const square = alongX ** 2 + alongY ** 2;
  const share = square > 0 ? ((x - fromX) * alongX + (y - fromY) * alongY) / square : 0;
  const within = Math.max(0, Math.min(1, share));
  return Math.hypot(x - fromX - within * alongX, y - fromY - within * alongY);
}
