import { CodeNeeded } from '../../plugin/catalogue.js';
import type { Problem } from '../../problem/index.js';
import type { Draft } from '../draft.js';
import type { Faults } from '../faults.js';
import { batchRules } from './batches.js';
import { columnRules } from './columns.js';
import { embeddingRules } from './embeddings.js';
import { frozenRules } from './frozen.js';
import { geometryRules } from './geometry.js';
import { inputRules, towerRules } from './inputs.js';
import { memoryRules } from './memory.js';
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
  ...memoryRules,
  ...batchRules,
  ...monitorRules,
  ...frozenRules,
  ...unusedRules,
];

/**
 * Judges the slots together. A rule that reads something wrong is silent; what one rule finds does not silence another.
 * `unjudged`: given where plugins may be data alone, and takes what could not be judged for want of their code.
 */
export function judge(draft: Draft, faults: Faults, unjudged: Set<string> | null): void {
  const problems = rules
    .filter(({ reads }) => !reads.some((path) => faults.spoils(path)))
    .flatMap((rule) => checked(rule, draft, unjudged));
  faults.add(...problems);
}

function checked(rule: Rule, draft: Draft, unjudged: Set<string> | null): readonly Problem[] {
  try {
    return rule.check(draft);
  } catch (error) {
    if (!(error instanceof CodeNeeded) || unjudged === null) throw error;
    unjudged.add(error.subject);
    return [];
  }
}
