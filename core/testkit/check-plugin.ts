import * as tfc from '@tensorflow/tfjs-core';
import type { Kind } from '../contract/index.js';
import { openEngine } from '../engine/open.js';
import type { Plugin } from '../plugin/define.js';
import { ProblemError } from '../problem/index.js';
import { type Check, type Trial, tryOut } from './check.js';
import { exampleOptions, variants } from './example-options.js';
import { generalTrials } from './general.js';
import { forVariants, onTensors, trialsOf, withVariants } from './kinds/index.js';
import { difference } from './numbers.js';
import type { Settings } from './settings.js';
import { openSubject, type Subject } from './subject.js';

const SAME_ON_ENGINES = 'the same on both engines';
type EngineName = 'native' | 'portable';

/**
 * Checks one plugin of any kind: what its contract asks, on each engine, with its defaults and its other choices.
 * The engine that was active before is active again afterwards. Errors: none; what is wrong is among the checks.
 */
export async function checkPlugin(plugin: Plugin, settings: Settings = {}): Promise<readonly Check[]> {
  const before = tfc.engine().backendName;
  try {
    await openEngine('portable', () => {});
    const general = await tryAll(generalTrials(plugin, settings));
    if (general.some(({ outcome }) => outcome === 'fail')) return general;
    return [...general, ...(await kindChecks(plugin, settings))];
  } finally {
    if (before) await tfc.setBackend(before);
  }
}

/** Throws, naming every check that failed: one line in a test of any runner. */
export async function conformance(plugin: Plugin, settings: Settings = {}): Promise<void> {
  const failed = (await checkPlugin(plugin, settings)).filter(({ outcome }) => outcome === 'fail');
  if (failed.length === 0) return;
  const lines = failed.map(({ name, message }) => `  ${name}: ${message}`);
  throw new Error(`${plugin.kind} ${plugin.name} fails ${failed.length} checks of conformance\n${lines.join('\n')}`);
}

async function kindChecks(plugin: Plugin, settings: Settings): Promise<readonly Check[]> {
  const base = exampleOptions(plugin.options, settings.options);
  const found = new Map<string, Check>();
  const recorded: ReadonlyMap<string, readonly number[]>[] = [];
  const engines = onTensors.has(plugin.kind)
    ? (settings.engines ?? (['native', 'portable'] as const))
    : (['portable'] as const);
  let reason: string | null = null;
  for (const engine of engines) {
    const absent = await openIfThere(engine);
    if (absent !== null) {
      reason = absent;
      continue;
    }
    const subject = openSubject(plugin, base, settings);
    merge(found, await tryAll(trialsOf(subject)), engines.length > 1 ? `on the ${engine} engine ` : '');
    recorded.push(subject.recorded);
    if (engine === engines.at(-1)) await tryVariants(plugin, settings, found);
  }
  return [...found.values(), ...(onTensors.has(plugin.kind) ? [sameOnEngines(recorded, reason)] : [])];
}

/** null: it is open. */
async function openIfThere(engine: EngineName): Promise<string | null> {
  try {
    await openEngine(engine, () => {});
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0]!.message;
    throw error;
  }
}

/** Choices that do not go together are refused by the plugin itself: they are no fault. */
async function tryVariants(plugin: Plugin, settings: Settings, found: Map<string, Check>): Promise<void> {
  if (!withVariants.has(plugin.kind)) return;
  const usual = openSubject(plugin, exampleOptions(plugin.options, settings.options), settings);
  const base = usual.options;
  for (const options of variants(plugin.options, base as never)) {
    const subject = openSubject(plugin, options, forVariants(usual));
    const changed = Object.keys(options).find(
      (name) => options[name] !== (base as Readonly<Record<string, unknown>>)[name],
    )!;
    if (isRefused(subject)) continue;
    merge(found, await tryAll(trialsOf(subject)), `with ${changed}: ${JSON.stringify(options[changed])} `);
  }
}

function isRefused(subject: Subject<Kind>): boolean {
  if (subject.kind === 'encoder') return false;
  try {
    subject.create();
    return false;
  } catch (error) {
    return error instanceof ProblemError && error.problems.every(({ code }) => code !== 'PLUGIN_FAILED');
  }
}

/** A failure outweighs a pass, and a pass what does not apply. */
function merge(found: Map<string, Check>, checks: readonly Check[], where: string): void {
  const weight = { fail: 2, pass: 1, 'not-applicable': 0 };
  for (const check of checks) {
    const known = found.get(check.name);
    if (known && weight[known.outcome] >= weight[check.outcome]) continue;
    found.set(check.name, check.outcome === 'fail' ? { ...check, message: `${where}${check.message}` } : check);
  }
}

async function tryAll(trials: readonly Trial[]): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const trial of trials) checks.push(await scoped(trial));
  return checks;
}

/** Frees every tensor and variable that a trial made. */
async function scoped(trial: Trial): Promise<Check> {
  const known = new Set(Object.keys(tfc.engine().registeredVariables));
  tfc.engine().startScope();
  try {
    return await tryOut(trial);
  } finally {
    tfc.engine().endScope();
    for (const [name, variable] of Object.entries(tfc.engine().registeredVariables))
      if (!known.has(name)) variable.dispose();
  }
}

function sameOnEngines(recorded: readonly ReadonlyMap<string, readonly number[]>[], reason: string | null): Check {
  const [one, other] = recorded;
  if (!one || !other) {
    const message = reason ?? 'one engine was asked for';
    return { name: SAME_ON_ENGINES, outcome: 'not-applicable', message };
  }
  for (const [name, values] of one) {
    const found = difference(values, other.get(name) ?? [], { relative: 1e-3, absolute: 1e-4 });
    if (found !== null)
      return { name: SAME_ON_ENGINES, outcome: 'fail', message: `${name} on native against portable: ${found}` };
  }
  return { name: SAME_ON_ENGINES, outcome: 'pass', message: '' };
}
