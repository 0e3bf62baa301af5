/** JSON Schema as this room reads it: the few keywords that recipes and options use. */
export interface Schema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: TypeName | readonly TypeName[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema | boolean;
  readonly else?: Schema | boolean;
  readonly not?: Schema;
  readonly properties?: Readonly<Record<string, Schema | true>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly pattern?: string;
  readonly format?: string;
}
export type TypeName = 'number' | 'integer' | 'string' | 'boolean' | 'null' | 'array' | 'object';

/** Follows `$ref: '#/$defs/x'` within its root. */
export function dereference(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace('#/$defs/', '');
  const found = name === undefined ? schema : root.$defs?.[name];
  if (!found) throw new Error(`schema: nothing is called ${schema.$ref}`);
  return found === schema ? schema : dereference(found, root);
}

/** JSON's name of a value's type; a whole number is an `integer`, what is not finite has none. */
export function typeOf(value: unknown): TypeName | 'none' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number')
    return Number.isInteger(value) ? 'integer' : Number.isFinite(value) ? 'number' : 'none';
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'object')
    return typeof value as TypeName;
  return 'none';
}

/** Whether a schema's `type` (or its choices) could hold a value of this type. */
export function admits(schema: Schema, value: unknown): boolean {
  const type = typeOf(value);
  const choices = schema.enum ?? ('const' in schema ? [schema.const] : null);
  if (choices) return choices.some((choice) => typeOf(choice) === type);
  if (schema.type === undefined) return true;
  return [schema.type].flat().some((name) => name === type || (name === 'number' && type === 'integer'));
}

/** Names of properties that have neither a default nor stand in `required`. */
export function undecided({ properties = {}, required = [] }: Schema): string[] {
  return Object.entries(properties)
    .filter(([name, schema]) => typeof schema === 'object' && !('default' in schema) && !required.includes(name))
    .map(([name]) => name);
}
