import { type Kind, kinds, slots } from '../contract/index.js';
import type { Plugin } from './define.js';
import type { OptionsSchema } from './options.js';
import type { PluginGroup, Registry } from './registry.js';

/**
 * Plugins as data: all that they declare, none of their code. A recipe's names, options and geometry are checked by it
 * where neither TensorFlow nor the plugins can be loaded.
 */
export interface Catalogue {
  readonly version: 1;
  readonly groups: readonly { readonly owner: string; readonly plugins: readonly PluginRecord[] }[];
}
export interface PluginRecord {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string;
  readonly options: OptionsSchema;
  /** What the definition holds beside these. Of functions only that they are there, or a table of their values. */
  readonly declares: Readonly<Record<string, unknown>>;
}

/** What a declaration that is code says is not known from a catalogue. */
export class CodeNeeded extends Error {
  constructor(readonly subject: string) {
    super(`${subject} is code, and only data was given`);
    this.name = 'CodeNeeded';
  }
}

/** How the owner of plugins is written where a catalogue will lie. */
export type OwnerOf = (group: PluginGroup) => string;

/** Every plugin of a registry. */
export function catalogueOf(registry: Registry, ownerOf: OwnerOf = ({ owner }) => owner): Catalogue {
  const groups = registry.groups.map((group) => ({ owner: ownerOf(group), plugins: group.plugins.map(recordOf) }));
  return { version: 1, groups };
}

/** The plugins of a catalogue: their declarations can be read, their code throws CodeNeeded. */
export function pluginsOf(catalogue: Catalogue): PluginGroup[] {
  return catalogue.groups.map(({ owner, plugins }) => ({ owner, plugins: plugins.map(pluginOf) }));
}

/** Whether a value read from a file is a catalogue of this version. */
export function isCatalogue(value: unknown): value is Catalogue {
  const { version, groups } = (value ?? {}) as Partial<Catalogue>;
  const isRecord = (one: PluginRecord): boolean =>
    kinds.includes(one?.kind) && typeof one.options === 'object' && one.options !== null;
  return (
    version === 1 &&
    Array.isArray(groups) &&
    groups.every((group) => Array.isArray(group?.plugins) && group.plugins.every(isRecord))
  );
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object';
const own = new Set(['name', 'summary', 'options']);
/** What makes something rather than declares it is never called here. */
const isMaking = (key: string, value: unknown): boolean =>
  typeof value === 'function' && ['create', 'weights', 'fused'].includes(key);

function recordOf(plugin: Plugin): PluginRecord {
  const { kind, name, summary, options } = plugin;
  const rest = Object.entries(plugin.definition as Fields).filter(([key]) => !own.has(key));
  const declares = rest.map(([key, value]) => [key, isMaking(key, value) ? { $code: true } : toData(value, options)]);
  return { kind, name, summary, options, declares: Object.fromEntries(declares) };
}

function pluginOf({ kind, name, summary, options, declares }: PluginRecord): Plugin {
  const fields = Object.entries(declares).map(([key, value]) => [key, toValue(value, `${key} of ${kind} ${name}`)]);
  const definition = Object.freeze({ name, summary, options, ...Object.fromEntries(fields) });
  return Object.freeze({ kind, name, summary, options, definition });
}

/** JSON has neither infinite numbers nor functions, and a slot is known by its kind. */
function toData(value: unknown, options: OptionsSchema): unknown {
  if (typeof value === 'function') return tabulate(value as Declared, options);
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
  if (Array.isArray(value)) return value.map((one) => toData(one, options));
  if (!isFields(value)) return value;
  if (typeof value['token'] === 'symbol') return { $slot: value['kind'] };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toData(inner, options)]));
}

function toValue(value: unknown, subject: string): unknown {
  if (Array.isArray(value)) return value.map((one) => toValue(one, subject));
  if (!isFields(value)) return value;
  if ('$number' in value) return Number(value['$number']);
  if ('$slot' in value) return slots[value['$slot'] as Kind];
  if ('$code' in value) return codeOf(value, subject);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toValue(inner, subject)]));
}

function codeOf({ by, values }: Fields, subject: string): (options?: Fields) => unknown {
  return (options = {}) => {
    if (typeof by !== 'string' || !isFields(values)) throw new CodeNeeded(subject);
    const found = values[String(options[by])];
    if (found === undefined) throw new CodeNeeded(subject);
    return toValue(found, subject);
  };
}

type Declared = (options: Fields) => unknown;

/** A function that reads one option of few values is a table; of any other only that it is there. */
function tabulate(declared: Declared, { properties }: OptionsSchema): Fields {
  const defaults = Object.entries(properties).flatMap(([name, schema]) =>
    'default' in schema ? [[name, schema.default] as const] : [],
  );
  const read = new Set<string>();
  const given = (changed: Fields): Fields =>
    new Proxy(
      { ...Object.fromEntries(defaults), ...changed },
      {
        get: (target, name) => {
          read.add(String(name));
          return Reflect.get(target, name);
        },
      },
    );
  try {
    if (declared.length !== 1) return { $code: true };
    declared(given({}));
    const [name] = read;
    const choices = read.size === 1 && name !== undefined ? choicesOf(properties[name]) : [];
    if (choices.length === 0) return { $code: true };
    const values = choices.map((choice) => [
      String(choice),
      toData(declared(given({ [name!]: choice })), emptyOptions),
    ]);
    return read.size === 1 ? { $code: true, by: name, values: Object.fromEntries(values) } : { $code: true };
  } catch {
    return { $code: true }; // it reads what only a run has
  }
}

const emptyOptions: OptionsSchema = { type: 'object', additionalProperties: false, properties: {} };
const choicesOf = (schema: OptionsSchema['properties'][string] | undefined): readonly unknown[] => {
  const { type, enum: choices } = (schema ?? {}) as { readonly type?: unknown; readonly enum?: readonly unknown[] };
  return choices ?? (type === 'boolean' ? [true, false] : []);
};
