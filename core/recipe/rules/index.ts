import type { Draft } from '../draft.js';
import type { Faults } from '../faults.js';
import { columnRules } from './columns.js';
import { embeddingRules } from './embeddings.js';
import { frozenRules } from './frozen.js';
import { geometryRules } from './geometry.js';
import { inputRules, towerRules } from './inputs.js';
import { monitorRules } from './monitor.js';
import { positiveRules } from './positives.js';
import { relationRules } from './relation.js';
import type { Rule } from './rule.js';
import { targetRules } from './targets.js';
import { unusedRules } from './unused.js';

/** Rules about the relation say nothing while it is a guess. */
const certain = (rule: Rule): Rule => ({
  ...rule,
  check: (draft) => (draft.data.known.relation ? rule.check(draft) : []),
});

const rules: readonly Rule[] = [
  ...geometryRules,
  ...embeddingRules,
  ...targetRules,
  ...positiveRules,
  ...[...relationRules, ...towerRules].map(certain),
  ...inputRules,
  ...columnRules,
  ...monitorRules,
  ...frozenRules,
  ...unusedRules,
];

/** Judges the slots together. A rule that reads something wrong is silent; what one rule finds does not silence another. */
export function judge(draft: Draft, faults: Faults): void {
  const problems = rules
    .filter(({ reads }) => !reads.some((path) => faults.spoils(path)))
    .flatMap((rule) => rule.check(draft));
  faults.add(...problems);
}
