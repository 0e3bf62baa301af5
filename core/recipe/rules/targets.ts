import { view } from '../../plugin/view.js';
import type { Problem } from '../../problem/index.js';
import { type Draft, sound } from '../draft.js';
import type { Slot } from '../uses.js';
import { chosenScore, distanceRange, measuring, needsOf } from './reading.js';
import { type Finding, found, questioned, type Rule, rangeWords } from './rule.js';

const breadth = ['binary', 'graded', 'real'] as const;
const targetWords = { binary: '0 or 1', graded: 'graded, 0..1', real: 'real numbers' } as const;

/** Targets must be what losses and evaluators can use. */
const targetRule: Rule = {
  reads: ['loss', 'head', 'data', 'evaluate.metrics'],
  check(draft) {
    const { targets, known } = draft.data;
    if (!known.targets) return [];
    if (targets === 'positives-only') return positivesMeasured(draft);
    const narrow = sound(draft.slots.losses).flatMap((loss) => {
      const needs = needsOf(loss);
      const most = needs.targets ?? (needs.margins ? 'binary' : 'real');
      if (breadth.indexOf(targets) <= breadth.indexOf(most)) return [];
      const message = `loss ${loss.slot.use.type} takes targets that are ${targetWords[most]}, but those of the data are ${targetWords[targets]}`;
      return [
        found(draft, { code: 'GEOMETRY_TARGET', path: loss.slot.path, message, hint: targetHint(targets, most) }),
      ];
    });
    return [...narrow, ...evaluatorTargets(draft), ...scoreReach(draft)];
  },
};

function targetHint(targets: 'graded' | 'real' | 'binary', most: 'graded' | 'real' | 'binary'): string {
  return targets === 'real' && most === 'graded'
    ? 'data.relations.pairs.range maps targets of a known range to 0..1.'
    : 'data.relations.pairs.positiveFrom, without range, makes targets 0 or 1.';
}

function positivesMeasured(draft: Draft): Problem[] {
  if (draft.evaluatedPairs.type !== 'given') return [];
  return measuring(draft, 'pairs').map((slot) =>
    found(
      draft,
      targetFinding(
        slot,
        `evaluator ${slot.use.type} needs same and different pairs, but every given pair is a positive`,
      ),
    ),
  );
}

function evaluatorTargets(draft: Draft): Problem[] {
  const { targets, grouped } = draft.data;
  if (targets !== 'real') return [];
  const binary = sound(draft.slots.metrics).filter(({ plugin }) => view(plugin).targets === 'binary');
  const searching = grouped ? [] : measuring(draft, 'neighbours');
  return [
    ...binary.map((slot) =>
      found(
        draft,
        targetFinding(
          slot,
          `evaluator ${slot.use.type} needs targets that are 0 or 1, but those of the data are real numbers`,
        ),
      ),
    ),
    ...searching.map((slot) =>
      found(
        draft,
        targetFinding(
          slot,
          `evaluator ${slot.use.type} needs to know which items belong together, but the targets are real numbers`,
        ),
      ),
    ),
  ];
}

const targetFinding = ({ path }: Slot<'evaluator'>, message: string): Finding => ({
  code: 'GEOMETRY_TARGET',
  path,
  message,
});

/** A score that cannot reach the targets leaves an error that no training removes. */
function scoreReach(draft: Draft): Problem[] {
  const { head } = draft.slots;
  const measured = distanceRange(draft);
  const own = head && view(head.plugin).range;
  if (
    !head ||
    !measured ||
    own === undefined ||
    own === null ||
    draft.data.targets === 'binary' ||
    chosenScore(draft) !== 'value'
  )
    return [];
  const range = typeof own === 'function' ? own(head.use.options, measured.range) : own;
  if (draft.data.targets === 'graded') {
    if (range[0] <= 0 && range[1] >= 1) return [];
    return [
      found(draft, {
        code: 'GEOMETRY_TARGET',
        path: 'head',
        message: `graded targets are 0..1, but head ${head.use.type} gives ${rangeWords(range)}`,
      }),
    ];
  }
  if (range.every((end) => !Number.isFinite(end))) return [];
  const message = `the targets may be any number, but head ${head.use.type} gives ${rangeWords(range)}`;
  return [
    questioned(draft, {
      code: 'GEOMETRY_TARGET',
      path: 'head',
      message,
      hint: 'head: { type: dense } gives any number; data.relations.pairs.range maps targets to 0..1.',
    }),
  ];
}

export const targetRules: readonly Rule[] = [targetRule];
