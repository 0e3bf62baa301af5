/** TensorFlow's fused optimizer operations: one call updates a weight and its slots in place. */
import type { FunctionNodes } from './graph.js';
import { types } from './graph-proto.js';

/** The update of one weight by a fused operation; every value is named as in the graph. */
export interface FusedUpdate {
  readonly op: string;
  /** Numbers and flags as the plugin declares them. */
  readonly attributes: Readonly<Record<string, number | boolean>>;
  readonly weight: string;
  readonly slots: Readonly<Record<string, string>>;
  readonly gradient: string;
  readonly learningRate: string;
  /** Number of the step, from 1. */
  readonly step: string;
  /** What must have run before: `^node` each. */
  readonly before: readonly string[];
}

/** Operands in the operation's order: a name is one of the update's values, `slot:`, `power:` (of the step) or a number. */
const operands: Readonly<Record<string, readonly string[]>> = {
  ResourceApplyAdam: [
    'weight',
    'slot:firstMoment',
    'slot:secondMoment',
    'power:beta1',
    'power:beta2',
    'learningRate',
    'beta1',
    'beta2',
    'epsilon',
    'gradient',
  ],
  ResourceApplyKerasMomentum: ['weight', 'slot:velocity', 'learningRate', 'gradient', 'momentum'],
  ResourceApplyAdagradV2: ['weight', 'slot:squareSum', 'learningRate', 'epsilon', 'gradient'],
  ResourceApplyRMSProp: [
    'weight',
    'slot:meanSquare',
    'slot:velocity',
    'learningRate',
    'rho',
    'momentum',
    'epsilon',
    'gradient',
  ],
};

export const isFused = (op: string): boolean => op in operands;

/** Adds the operation; returns its node. `use_locking` is off: nothing else writes. */
export function addFused(nodes: FunctionNodes, update: FusedUpdate): string {
  const flags = Object.entries(update.attributes).filter(([, value]) => typeof value === 'boolean');
  const inputs = operands[update.op]!.map((operand) => operandOf(nodes, operand, update));
  return nodes.node(update.op, [...inputs, ...update.before], {
    T: { type: types.float },
    use_locking: { bool: false },
    ...Object.fromEntries(flags.map(([name, value]) => [name, { bool: value as boolean }])),
  });
}

function operandOf(nodes: FunctionNodes, operand: string, update: FusedUpdate): string {
  const [kind, name] = operand.split(':') as [string, string?];
  if (kind === 'slot') return update.slots[name!]!;
  const number = nodes.scalar(update.attributes[name ?? kind] as number);
  if (kind === 'power') return nodes.value('Pow', [number, update.step], { T: { type: types.float } });
  if (kind === 'weight' || kind === 'gradient' || kind === 'learningRate') return update[kind];
  return number;
}
