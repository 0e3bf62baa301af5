import type { BuildEncoder, EncoderContext, Input, Kind, Log } from '../contract/index.js';
import type { Plugin } from '../plugin/define.js';
import type { Registry } from '../plugin/registry.js';
import { type Created, type View, view } from '../plugin/view.js';
import { fail, guarded } from '../problem/index.js';
import { either } from '../recipe/rules/rule.js';
import type { PluginUse } from '../recipe/types.js';
import { encoderContext } from '../train/encoder.js';
import { instanceFault } from './instance-fault.js';

/** What creating a plugin needs beside its options. */
export interface Creating {
  readonly registry: Registry;
  readonly log: Log;
  /** Plugins that it asked for by `inject`, by its own names, and what its kind is given. */
  readonly given?: Readonly<Record<string, unknown>>;
}

/** The plugin's definition. The plan has made sure that it is there. */
export function definitionOf<K extends Kind>(registry: Registry, kind: K, use: PluginUse): View<K> {
  const plugin: Plugin<K> | undefined = registry.get(kind, use.type);
  if (!plugin) fail('PLUGIN_UNKNOWN', `no ${kind} is called "${use.type}"`);
  return view(plugin);
}

/** Calls the plugin's factory. Errors: PLUGIN_FAILED naming it when it throws anything but a problem, or returns no such plugin. */
export function createPlugin<K extends Kind>(kind: K, use: PluginUse, how: Creating): Created[K] {
  const definition = definitionOf(how.registry, kind, use);
  const context = {
    log: how.log,
    ...(kind === 'source' ? { images: [] } : {}),
    ...how.given,
    ...createParts(definition, use, how),
  };
  const created = guarded(`${kind} ${use.type}`, () => definition.create(use.options, context));
  const fault = instanceFault(kind, created);
  return fault === null ? created : fail('PLUGIN_FAILED', `${kind} ${use.type} ${fault}`);
}

/** Plugins inside a plugin: schedules and encoders, alone, in lists or by name. */
function createParts(definition: View<Kind>, use: PluginUse, how: Creating): Readonly<Record<string, unknown>> {
  const parts: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(definition.parts ?? {})) {
    const used = use.parts[name]!;
    const one = (inner: PluginUse): unknown => createPart(part.slot.kind, inner, how);
    if (part.many === 'list') parts[name] = (used as readonly PluginUse[]).map(one);
    else if (part.many === 'map')
      parts[name] = Object.fromEntries(Object.entries(used).map(([key, inner]) => [key, one(inner)]));
    else parts[name] = one(used as PluginUse);
  }
  return parts;
}

function createPart(kind: 'encoder' | 'schedule' | 'distance', use: PluginUse, how: Creating): unknown {
  if (kind !== 'encoder') return createPlugin(kind, use, how);
  const build: BuildEncoder = (inputs: readonly Input[]) => createEncoder(use, encoderContext(inputs), how);
  return build;
}

/** The encoder's model for what it is given: by the data, or by the encoder around it. Errors: ENCODER_INPUT where it cannot take that. */
export function createEncoder(use: PluginUse, context: EncoderContext, how: Creating): Created['encoder'] {
  requireAccepted(definitionOf(how.registry, 'encoder', use), context.inputs);
  return createPlugin('encoder', use, { ...how, given: context as unknown as Record<string, unknown> });
}

function requireAccepted({ name, accepts, inputs: many }: View<'encoder'>, inputs: readonly Input[]): void {
  const taken = Object.keys(accepts);
  const strange = inputs.find(({ kind }) => !taken.includes(kind));
  if (strange)
    fail('ENCODER_INPUT', `field ${strange.name} is ${strange.kind}, but encoder ${name} takes ${either(taken)}`);
  if (inputs.length > 1 && many !== 'many')
    fail('ENCODER_INPUT', `encoder ${name} takes one field, but gets ${inputs.length}`);
}
