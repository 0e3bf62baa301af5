import { printable } from '../../problem/printable.js';
import { summary } from '../../problem/render.js';
import { showProblems } from '../show-problems.js';
import { err, out } from '../terminal.js';
import { type CheckedRecipe, type Format, isValid } from './checked.js';

/** For people: problems with frames on stderr, a line for each valid recipe on stdout, and a summary where there are several. */
export const pretty: Format = {
  each(checked) {
    showProblems(checked.problems, checked.texts);
    const warnings = checked.problems.length > 0 ? `, ${summary(checked.problems)}` : '';
    const trained = checked.trained ? ', two steps trained' : '';
    if (isValid(checked)) out(`${printable(checked.file)}: valid${trained}${warnings}`);
  },
  all(checked) {
    if (checked.length > 1) err(summaryOf(checked));
    return null;
  },
};

/** `12 recipes: 10 valid, 2 not (3 problems, 1 warning)`. */
export function summaryOf(checked: readonly CheckedRecipe[]): string {
  const valid = checked.filter(isValid).length;
  const problems = checked.flatMap((one) => one.problems);
  const found = problems.length > 0 ? ` (${summary(problems)})` : '';
  const wrong = valid < checked.length ? `, ${checked.length - valid} not` : '';
  return `${checked.length} recipe${checked.length === 1 ? '' : 's'}: ${valid} valid${wrong}${found}`;
}
