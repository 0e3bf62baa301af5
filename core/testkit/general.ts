/** Trials of any plugin: its declarations, its options, its factory. */
import * as tfc from '@tensorflow/tfjs-core';
import type { Kind } from '../contract/index.js';
import type { Plugin } from '../plugin/define.js';
import { methodsOf } from '../plugin/methods.js';
import { faultsOf } from '../plugin/valid.js';
import type { View } from '../plugin/view.js';
import { flaw, flawIf, passed, skip, type Trial, type Verdict } from './check.js';
import { exampleOptions } from './example-options.js';
import type { Settings } from './settings.js';
import { boundDistances } from './stand-ins.js';
import { openSubject, type Subject } from './subject.js';

export function generalTrials(plugin: Plugin, settings: Settings): readonly Trial[] {
  const faults = (): readonly string[] => faultsOf(plugin, settings.owner === 'siamese' ? 'siamese' : 'another');
  const ofOptions = (fault: string): boolean => /^options?\b/.test(fault);
  return [
    { name: 'declares what its kind must', run: () => flawIf(faults().find((fault) => !ofOptions(fault)) ?? null) },
    { name: 'options obey the meta-schema', run: () => flawIf(faults().find(ofOptions) ?? null) },
    { name: 'defaults work', run: () => defaultsWork(plugin, settings) },
    { name: 'has the methods of its kind', run: () => methods(openDefault(plugin, settings)) },
    { name: 'is made without keeping tensors', run: () => keepsNothing(plugin, settings) },
  ];
}

const openDefault = (plugin: Plugin, settings: Settings): Subject<Kind> =>
  openSubject(plugin, exampleOptions(plugin.options, settings.options), settings);

/** Those who have data (sources) or inputs (encoders) are made with them, in trials of their own. */
function defaultsWork(plugin: Plugin, settings: Settings): Verdict {
  const subject = openDefault(plugin, settings);
  if (plugin.kind !== 'encoder') createWith(subject);
  return passed;
}

/** The plugin's instance, with stand-ins for what it asked for. */
function createWith(subject: Subject<Kind>): object {
  const asked = Object.entries(subject.definition.inject ?? {}).map(([name, { kind }]) => [
    name,
    kind === 'distance' ? boundDistances.euclidean() : { produces: 'distance', score: () => tfc.zeros([1]) }, // [1]
  ]);
  const made: unknown = subject.create(Object.fromEntries(asked));
  if (made instanceof Promise)
    flaw('create returns a promise: it must be synchronous, and leave reading to describe and open');
  if (typeof made !== 'object' || made === null)
    flaw(`create returns ${String(made)}, not an object with the methods of its kind`);
  return made as object;
}

function methods(subject: Subject<Kind>): Verdict {
  const { kind } = subject;
  if (kind === 'encoder') return skip('its factory returns a model');
  const instance = createWith(subject) as Readonly<Record<string, unknown>>;
  const names = kind === 'loss' ? lossMethods(subject.definition as View<'loss'>) : methodsOf[kind];
  const missing = names.find((name) => typeof instance[name] !== 'function');
  return flawIf(
    missing === undefined ? null : `it has no method ${missing}, which a ${kind} with its declarations must have`,
  );
}

function lossMethods({ needs }: View<'loss'>): readonly string[] {
  if ('score' in needs) return ['perPair'];
  const method = { pairs: 'perPairBatch', triplets: 'perTriplet', 'labelled-batch': 'perBatch' } as const;
  return [needs.embeddings].flat().map((form) => method[form as keyof typeof method]);
}

/** What a factory allocates nobody would free. */
function keepsNothing(plugin: Plugin, settings: Settings): Verdict {
  if (plugin.kind === 'encoder') return skip('its model owns its weights');
  const subject = openDefault(plugin, settings);
  createWith(subject);
  const before = tfc.memory().numTensors;
  createWith(subject);
  const count = tfc.memory().numTensors - before;
  return flawIf(
    count === 0 ? null : `create leaves ${count} tensors that nobody disposes of: make them where they are used`,
  );
}
