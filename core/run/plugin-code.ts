import type { Registry } from '../plugin/registry.js';

/** Hashes of the code of a run's plugins, by the recipe's entries of `plugins:`. */
export type PluginCode = Readonly<Record<string, string>>;

export const pluginCode = ({ groups }: Registry): PluginCode =>
  Object.fromEntries(groups.flatMap(({ owner, code }) => (code === undefined ? [] : [[owner, code] as const])));

/** Entries whose code is another now; of a checkpoint of an older siamese none is known. */
export const changedCode = (before: PluginCode | undefined, now: PluginCode): readonly string[] =>
  Object.keys(now).filter((owner) => before?.[owner] !== undefined && before[owner] !== now[owner]);
