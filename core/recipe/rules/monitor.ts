import { nearest } from '../../problem/index.js';
import { measuredMetrics } from '../defaults.js';
import { isGiven, sound } from '../draft.js';
import { found, type Rule } from './rule.js';

const MOST_SHOWN = 8;

/** The monitored metric must be one that an evaluator of the recipe measures. */
const monitorRule: Rule = {
  reads: ['train.monitor', 'evaluate.metrics', 'data'],
  check(draft) {
    const { monitor, validated, data, resolving } = draft;
    const certain = data.known.targets || isGiven(resolving.root, 'evaluate.metrics'); // else the evaluators are a guess
    if (monitor === null || !validated || !certain) return [];
    const metrics = sound(draft.slots.metrics);
    const measured = measuredMetrics(metrics);
    if (measured.includes(monitor)) return [];
    const near = measured.find((name) => name.endsWith(`.${monitor}`)) ?? nearest(monitor, measured);
    const [evaluator] = monitor.split('.');
    const own = measured.filter((name) => name.startsWith(`${evaluator}.`));
    const known = draft.resolving.registry.get('evaluator', evaluator!);
    const absent = own.length === 0 && known ? `: ${evaluator} is not among evaluate.metrics` : '';
    const choices = own.length > 0 ? own : measured;
    const shown = choices.length > MOST_SHOWN ? [...choices.slice(0, MOST_SHOWN), '...'] : choices;
    const instead = near === null ? `${absent}. Measured: ${shown.join(', ')}` : `; did you mean ${near}?`;
    return [found(draft, { code: 'MONITOR', path: 'train.monitor', message: `nothing measures ${monitor}${instead}` })];
  },
};

export const monitorRules: readonly Rule[] = [monitorRule];
