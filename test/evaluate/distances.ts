import type { BoundDistance, DistanceInstance, Range } from '../../core/contract/index.js';
import type { Plugin } from '../../core/plugin/define.js';
import { view } from '../../core/plugin/view.js';
import { bindDistance } from '../../core/train/bind.js';

const log = { debug: () => {}, info: () => {}, warn: () => {} };

/** A distance plugin with its defaults, as the core binds it. */
export function bound(plugin: Plugin<'distance'>, range: Range = [0, Infinity]): BoundDistance {
  const instance = view(plugin).create({}, { log }) as DistanceInstance<Record<string, never>>;
  return bindDistance({ instance, range, metric: true, weights: {} });
}
