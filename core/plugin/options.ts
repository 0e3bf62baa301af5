import type { Json } from '../contract/index.js';

type Described = { readonly description: string };
type Bounds = {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
};
type Nullable = readonly ('number' | 'integer' | 'string' | 'boolean' | 'null')[];

/** One option, declared once as JSON Schema: its type, default, validation, docs and editor help come from here. */
export type OptionSchema = Described &
  (
    | (Bounds & { readonly type: 'number' | 'integer'; readonly default?: number })
    | { readonly type: 'boolean'; readonly default?: boolean }
    | {
        readonly type: 'string';
        readonly default?: string;
        readonly enum?: readonly string[];
        /** `path`: a file, relative to the recipe that names it. `column`: a column of the data. */
        readonly format?: 'path' | 'column' | 'uri';
        readonly pattern?: string;
      }
    | (Bounds & {
        readonly type: Nullable;
        readonly default?: number | string | boolean | null;
        readonly format?: 'path' | 'column' | 'uri';
      })
    | {
        readonly type: 'array';
        readonly items: OptionSchema;
        readonly default?: readonly Json[];
        readonly minItems?: number;
        readonly maxItems?: number;
      }
    | {
        readonly type: 'object';
        readonly additionalProperties: false;
        readonly properties: Readonly<Record<string, OptionSchema>>;
        readonly required?: readonly string[];
        readonly default?: Json;
      }
    | { readonly type: 'object'; readonly additionalProperties: OptionSchema; readonly default?: Json }
    | { readonly anyOf: readonly OptionSchema[]; readonly default?: Json } // e.g. a number or "soft"
  );

/** Every option of a plugin. Closed: an unknown option is an error. */
export interface OptionsSchema {
  /** Options are a map. */
  readonly type: 'object';
  /** It is closed. */
  readonly additionalProperties: false;
  /** Options by name. */
  readonly properties: Readonly<Record<string, OptionSchema>>;
  /** Those that a recipe must give: they have no default. */
  readonly required?: readonly string[];
}

type Primitive<T> = T extends 'number' | 'integer'
  ? number
  : T extends 'string'
    ? string
    : T extends 'boolean'
      ? boolean
      : T extends 'null'
        ? null
        : never;
type Flat<T> = { readonly [K in keyof T]: T[K] };
type OptionValue<S> = S extends { anyOf: readonly (infer U)[] }
  ? OptionValue<U>
  : S extends { enum: readonly (infer E)[] }
    ? E
    : S extends { type: readonly (infer T)[] }
      ? Primitive<T>
      : S extends { type: 'array'; items: infer U }
        ? readonly OptionValue<U>[]
        : S extends { type: 'object'; properties: infer P extends Readonly<Record<string, unknown>> }
          ? { readonly [K in keyof P]: OptionValue<P[K]> }
          : S extends { type: 'object'; additionalProperties: infer U }
            ? Readonly<Record<string, OptionValue<U>>>
            : S extends { type: infer T }
              ? Primitive<T>
              : never;

/** Every option is present: the meta-schema demands a default or `required` for each. */
export type OptionsOf<S> = S extends { properties: infer P }
  ? Flat<{ -readonly [K in keyof P]: OptionValue<P[K]> }>
  : never;
