import type { Draft } from '../draft.js';
import type { Faults } from '../faults.js';
import { columnRules } from './columns.js';
import { dataRules } from './data.js';
import { geometryRules } from './geometry.js';
import { monitorRules } from './monitor.js';
import type { Rule } from './rule.js';
import { unusedRules } from './unused.js';

const rules: readonly Rule[] = [...geometryRules, ...dataRules, ...columnRules, ...monitorRules, ...unusedRules];

/** Judges the slots together. A rule that reads something wrong is silent; what one rule finds does not silence another. */
export function judge(draft: Draft, faults: Faults): void {
  const problems = rules
    .filter(({ reads }) => !reads.some((path) => faults.spoils(path)))
    .flatMap((rule) => rule.check(draft));
  faults.add(...problems);
}
