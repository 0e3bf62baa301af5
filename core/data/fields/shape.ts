import type { FieldKind, FieldPlan, Shape } from '../../contract/index.js';
import { fail } from '../../problem/index.js';
import { type NamedColumn, numbersPerItem } from './columns.js';
import { widthOf } from './spec.js';

interface Shaping {
  readonly name: string;
  readonly kind: FieldKind;
  readonly plan: FieldPlan;
  readonly chosen: readonly NamedColumn[];
  /** Of the recipe, for messages. */
  readonly path: string;
}

/** Tokens kept of a text whose recipe says no `length`. */
const LENGTHS = { characters: 64, words: 32 };
const shown = (shape: Shape): string => `[${shape.join(', ')}]`;

/** Shape of one item of a field. Errors: FIELD where the columns cannot make it. */
export function shapeOfField(field: Shaping): Shape {
  const { kind, plan } = field;
  if (kind === 'text') return requireTexts(field, [plan.length ?? LENGTHS[plan.tokens ?? 'characters']]);
  if (kind === 'category') return requireScalar(field);
  const width = numbersOf(field);
  if (kind === 'number')
    return width === 1 ? [1] : refuse(field, `a number is one value an item, its columns have ${width}`);
  const shape = kind === 'image' ? imageShape(field, width) : (plan.shape ?? ownShape(field, width));
  const rank = { vector: 1, sequence: 2, image: 3 }[kind];
  if (shape.length !== rank) return refuse(field, `${kindNames[kind]}, but its shape is ${shown(shape)}`);
  if (widthOf(shape) !== width)
    return refuse(field, `shape ${shown(shape)} has ${widthOf(shape)} values, its columns have ${width}`);
  return shape;
}

const kindNames = {
  vector: 'a vector has shape [size]',
  sequence: 'a sequence has shape [time, channels]: say `shape`',
  image: 'an image has shape [height, width, channels]: say `size`',
};

const refuse = ({ name, path }: Shaping, why: string): never => fail('FIELD', `field "${name}": ${why}`, { path });

/** Several columns are one text, with spaces between them. */
function requireTexts(field: Shaping, shape: Shape): Shape {
  const other = field.chosen.find(({ column }) => column.kind !== 'text' && column.kind !== 'category');
  if (other === undefined) return shape;
  const { name, column } = other;
  const way = column.kind === 'number' ? '; name it under `text` of the source if its digits are text' : '';
  return refuse(field, `the column "${name}" holds ${column.kind} values, not text${way}`);
}

function requireScalar(field: Shaping): Shape {
  requireOne(field);
  const { name, column } = field.chosen[0]!;
  const scalar = column.shape === null && column.kind !== 'image';
  return scalar
    ? [1]
    : refuse(field, `the column "${name}" holds ${column.kind} values; a category is one text or number an item`);
}

function requireOne({ chosen, kind, ...field }: Shaping): void {
  if (chosen.length === 1) return;
  const names = chosen.map(({ name }) => name).join(', ');
  refuse({ chosen, kind, ...field }, `${kind} is made of one column, not of ${chosen.length} (${names})`);
}

/** Numbers per item. */
function numbersOf(field: Shaping): number {
  for (const { name, column } of field.chosen) {
    if (column.kind === 'text' || column.kind === 'category')
      refuse(field, `the column "${name}" holds text, no numbers`);
    if (column.kind !== 'number' && column.shape === null) refuse(field, `the column "${name}" has no fixed shape`);
  }
  return field.chosen.reduce((sum, { column }) => sum + numbersPerItem(column), 0);
}

/** A column's own shape where it is already of the kind; numbers side by side make a vector. */
function ownShape({ chosen, kind }: Shaping, width: number): Shape {
  const { shape } = chosen[0]!.column;
  return kind === 'vector' || chosen.length > 1 || shape === null ? [width] : shape;
}

/** Raw arrays are taken as they are: `size` says how numbers stand in an image, and never resizes one. */
function imageShape(field: Shaping, width: number): Shape {
  const { plan, chosen } = field;
  const own = chosen.length === 1 && chosen[0]!.column.kind === 'image' ? chosen[0]!.column.shape : null;
  if (plan.shape !== null) return plan.shape;
  if (plan.size === null) {
    const shape = own ?? ownShape(field, width);
    const channels = shape[2] ?? 1;
    if (plan.channels !== null && plan.channels !== channels)
      refuse(field, `channels is ${plan.channels}, the images have ${channels}`);
    return shape.length === 2 ? [...shape, 1] : shape;
  }
  const [height, columns] = plan.size;
  if (own !== null && (own[0] !== height || own[1] !== columns)) {
    refuse(field, `size is ${shown(plan.size)}, the images are ${shown(own)}; images given as numbers are not resized`);
  }
  return [height, columns, plan.channels ?? Math.max(1, Math.round(width / (height * columns)))];
}
