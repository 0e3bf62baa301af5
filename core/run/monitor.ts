import type { Plan } from '../recipe/types.js';
import type { Session } from './session.js';

/** The metric that selects the best model, and its direction; null where nothing is monitored. */
export function monitorOf(
  plan: Plan,
  session: Session,
): { readonly path: string; readonly better: 'higher' | 'lower' } | null {
  const path = plan.train.monitor;
  if (path === null || !session.validation) return null;
  const dot = path.indexOf('.');
  const evaluator = session.wired.evaluators.find(({ name }) => name === path.slice(0, dot));
  const metric = evaluator?.metrics[path.slice(dot + 1)];
  return metric ? { path, better: metric.better } : null;
}
