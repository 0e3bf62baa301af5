import type { Column, FieldPlan, FieldPlans } from '../../contract/index.js';
import { fail, listed, type Problem, ProblemError } from '../../problem/index.js';
import { chooseColumns, type NamedColumn, numbersPerItem } from './columns.js';
import { checkSettings } from './settings.js';
import { shapeOfField } from './shape.js';
import type { FieldSpec } from './spec.js';

type Columns = Readonly<Record<string, Column>>;

const derived: FieldPlan = {
  kind: null,
  columns: null,
  size: null,
  channels: null,
  shape: null,
  scale: null,
  missing: 'error',
  tokens: null,
  length: null,
  buckets: null,
};

/** Name of the one vector that all columns of single numbers make where the recipe names no fields. */
const FEATURES = 'features';

/**
 * What the network sees of one side, in the order of the recipe or, without `fields`, of the columns: all columns of single
 * numbers together are the vector `features`, any other column is a field of its own name. `taken` columns (groups, keys,
 * targets), and those that are no input, are seen only by a field that names them.
 * Errors: FIELD, all at once.
 */
export function planFields(columns: Columns, fields: FieldPlans | null, taken: ReadonlySet<string>): FieldSpec[] {
  const plans = fields ?? fieldsByColumns(columns, taken);
  if (Object.keys(plans).length === 0) {
    const names = Object.keys(columns);
    const why =
      names.length === 0 ? 'the data has no columns' : `its columns (${listed(names)}) are groups, keys or targets`;
    fail('FIELD', `the network sees nothing: ${fields === null ? why : '`data.fields` is empty'}`, {
      path: 'data.fields',
    });
  }
  const problems: Problem[] = [];
  const specs = Object.entries(plans).map(([name, plan]) =>
    collecting(problems, () => planField(name, plan, { columns, taken })),
  );
  if (problems.length > 0) throw new ProblemError(problems);
  return specs.filter((spec) => spec !== null);
}

function fieldsByColumns(columns: Columns, taken: ReadonlySet<string>): FieldPlans {
  const seen = Object.entries(columns).filter(([name, { input }]) => input !== false && !taken.has(name));
  const numbers = seen.filter(([, { kind }]) => kind === 'number').map(([name]) => name);
  const others = seen.filter(([, { kind }]) => kind !== 'number').map(([name]): [string, FieldPlan] => [name, derived]);
  if (numbers.length === 0) return Object.fromEntries(others);
  if (others.some(([name]) => name === FEATURES)) {
    fail(
      'FIELD',
      `a column is called "${FEATURES}", as the vector of the other columns would be: name the fields under \`data.fields\``,
    );
  }
  const first = seen.findIndex(([, { kind }]) => kind === 'number');
  const features: [string, FieldPlan] = [FEATURES, { ...derived, kind: 'vector', columns: numbers }];
  return Object.fromEntries([...others.slice(0, first), features, ...others.slice(first)]);
}

function planField(
  name: string,
  plan: FieldPlan,
  given: { readonly columns: Columns; readonly taken: ReadonlySet<string> },
): FieldSpec {
  const path = `data.fields.${name}`;
  const chosen = chooseColumns(name, plan.columns, { ...given, path });
  const kind = plan.kind ?? (chosen.length > 1 ? 'vector' : chosen[0]!.column.kind);
  checkSettings(name, kind, plan);
  const tokens = kind === 'text' ? (plan.tokens ?? 'characters') : null;
  return {
    name,
    kind,
    columns: chosen.map((one: NamedColumn) => ({ name: one.name, width: numbersPerItem(one.column) })),
    shape: shapeOfField({ name, kind, plan, chosen, path }),
    // a number stands beside others of any size: it is brought to theirs unless the recipe says otherwise
    scale: plan.scale ?? (kind === 'number' ? 'standardize' : null),
    missing: plan.missing,
    tokens,
    buckets: plan.buckets,
  };
}

function collecting<T>(problems: Problem[], act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return null;
  }
}
