import type { Input, Kind } from '../../../core/contract/index.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { type BuiltEncoder, buildEncoder } from '../../../core/train/encoder.js';

export const input = (kind: Input['kind'], shape: readonly number[], name: string = kind): Input => ({
  name,
  kind,
  shape,
  dtype: kind === 'text' || kind === 'category' ? 'int32' : 'float32',
  vocabulary: null,
});

/** All options of a plugin at their defaults. */
export const defaultsOf = (plugin: Plugin<Kind>): Options =>
  Object.fromEntries(
    Object.entries(plugin.options.properties).map(([name, schema]) => [
      name,
      (schema as { default?: unknown }).default,
    ]),
  );

/** Builds a plugin as a run does, with defaults for what `options` leaves out. */
export function build(
  plugin: Plugin<'encoder'>,
  inputs: readonly Input[],
  { options = {}, seed = 7, path = 'encoder' }: { options?: Options; seed?: number | null; path?: string } = {},
): BuiltEncoder {
  const complete = { ...defaultsOf(plugin), ...options };
  const create = (context: object): unknown => view(plugin).create(complete, { ...context });
  return buildEncoder({ plugin: plugin.name, create, inputs, seed, path });
}
