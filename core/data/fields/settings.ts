import type { FieldKind, FieldPlan } from '../../contract/index.js';
import { fail } from '../../problem/index.js';
import { isIds } from './spec.js';

/** Refuses settings that mean nothing for the kind: what is set must be used. Errors: FIELD. */
export function checkSettings(name: string, kind: FieldKind, plan: FieldPlan): void {
  const unused = (setting: keyof FieldPlan, forWhat: string): never =>
    fail('FIELD', `field "${name}": \`${setting}\` is for ${forWhat}, this is ${article(kind)} ${kind}`, {
      path: `data.fields.${name}.${setting}`,
    });
  checkRange(name, plan);
  if (kind !== 'text' && plan.tokens !== null) unused('tokens', 'text');
  if (kind !== 'text' && plan.length !== null) unused('length', 'text');
  if (!isIds(kind) && plan.buckets !== null) unused('buckets', 'text and categories');
  if (kind !== 'image' && plan.size !== null) unused('size', 'images');
  if (kind !== 'image' && plan.channels !== null) unused('channels', 'images');
  if (isIds(kind) && plan.shape !== null) unused('shape', 'numbers');
  if (isIds(kind) && plan.scale !== null) unused('scale', 'numbers');
  if (isIds(kind) && plan.missing === 'mean') {
    fail('FIELD', `field "${name}": ${kind} has no mean; \`missing\` may be error or zero (padding)`, {
      path: `data.fields.${name}.missing`,
    });
  }
  if (kind === 'image' && plan.size !== null && plan.shape !== null) {
    fail('FIELD', `field "${name}": \`size\` and \`shape\` both say how large the image is; one is enough`, {
      path: `data.fields.${name}.shape`,
    });
  }
}

/** A range to map bytes to must not be a point. */
function checkRange(name: string, { scale }: FieldPlan): void {
  if (!Array.isArray(scale) || scale[0] !== scale[1]) return;
  fail('FIELD', `field "${name}": \`scale\` maps bytes to a range, [${scale.join(', ')}] is a point`, {
    path: `data.fields.${name}.scale`,
  });
}

const article = (kind: FieldKind): string => (kind === 'image' ? 'an' : 'a');
