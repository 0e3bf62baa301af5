import { type Relation, splitDeclarations } from '../../contract/index.js';
import { view } from '../../plugin/view.js';
import { type Code, type Problem, ProblemError } from '../../problem/index.js';
import { type Draft, isGiven } from '../draft.js';
import type { Slot } from '../uses.js';
import { measuring } from './reading.js';
import { either, found, givenOr, type Rule } from './rule.js';

const relates = (relation: Relation): string => `the data relates its items by ${relation}`;

/** The sampler must read what the data has. */
const samplerRelation: Rule = {
  reads: ['sampler', 'data'],
  check(draft) {
    const { sampler } = draft.slots;
    if (!sampler) return [];
    const { from, streams } = view(sampler.plugin);
    const reads = [from].flat();
    const problems: Problem[] = [];
    if (!reads.some((relation) => relation === draft.data.relation || (relation === 'groups' && draft.data.grouped))) {
      const message = `sampler ${sampler.use.type} reads ${either(reads)}, but ${relates(draft.data.relation)}`;
      problems.push(found(draft, { code: 'RELATION', path: givenOr(draft, 'sampler', 'data.source'), message }));
    }
    if (draft.data.stream && !streams) {
      const fitting = draft.resolving.registry.list('sampler').filter((plugin) => view(plugin).streams);
      problems.push(
        found(draft, {
          code: 'STREAM',
          path: 'sampler',
          message: `sampler ${sampler.use.type} needs all items at once, but the data is a stream`,
          hint: `Samplers that work on a stream's buffer: ${fitting.map(({ name }) => name).join(', ')}`,
        }),
      );
    }
    return problems;
  },
};

/** The split must divide what the data has, and on a stream decide by one row alone. */
const splitRelation: Rule = {
  reads: ['data'],
  check(draft) {
    const { split } = draft.slots;
    if (!split) return [];
    const { of, disjoint } = splitDeclarations(view(split.plugin), split.use.options);
    const at = (code: Code, message: string, hint?: string): Problem =>
      found(draft, {
        code,
        path: givenOr(draft, 'data.split', 'data.source'),
        message,
        ...(hint === undefined ? {} : { hint }),
      });
    const { relation, grouped, stream, description } = draft.data;
    if (relation === 'groups' && ![of].flat().includes('items')) {
      const message = `split ${split.use.type} divides given pairs, but ${relates(relation)}`;
      return [at('SPLIT', message, 'Items are divided by unseen-groups, stratified, random, time, hash and others.')];
    }
    if (disjoint.includes('groups') && !grouped) {
      return [
        at(
          'SPLIT',
          `split ${split.use.type} keeps groups apart, but ${relates(relation)}`,
          'data.relations.group names the column that groups them.',
        ),
      ];
    }
    const created = createSplit(split);
    if ('problems' in created) return created.problems.map((one) => at(one.code, one.message, one.hint));
    if (stream && created.byRow === false) {
      return [
        at(
          'STREAM',
          `split ${split.use.type} needs all the data at once, but the data is a stream`,
          'A stream has hash, given and none.',
        ),
      ];
    }
    return description ? givenParts(draft) : [];
  },
};

/** What shows only on the instance: shares that leave nothing, and whether it can decide by one row. */
function createSplit({
  plugin,
  use,
}: Slot<'split'>): { readonly byRow: boolean } | { readonly problems: readonly Problem[] } {
  try {
    return { byRow: view(plugin).create(use.options, {}).assignRow !== undefined };
  } catch (error) {
    if (error instanceof ProblemError) return { problems: error.problems };
    return { byRow: true }; // a plugin that throws is told of when the run is proven
  }
}

/** Parts that the source brings by itself are not divided again. */
function givenParts(draft: Draft): Problem[] {
  const { split, source } = draft.slots;
  const parts = draft.data.description?.parts ?? [];
  const { type, options } = split!.use;
  if (type === 'given' && parts.length === 0 && (options['column'] ?? null) === null) {
    const message = `split given takes the parts that the data brings, but source ${source?.use.type} brings none`;
    return [found(draft, { code: 'SPLIT', path: 'data.split', message })];
  }
  if (!parts.includes('test') || !isGiven(draft.resolving.root, 'data.split.test') || options['test'] === null)
    return [];
  const message = `source ${source?.use.type} brings its own test part: data.split.test must be absent`;
  return [found(draft, { code: 'SPLIT', path: 'data.split.test', message })];
}

/** Which pairs are counted must be there. */
const evaluatedPairs: Rule = {
  reads: ['evaluate.pairs', 'data'],
  check(draft) {
    const { relation, grouped } = draft.data;
    const { type } = draft.evaluatedPairs;
    const needs = type === 'given' ? relation !== 'groups' : grouped;
    if (needs || measuring(draft, 'pairs').length === 0) return [];
    const message =
      type === 'given'
        ? `evaluate.pairs is given, but ${relates(relation)}: there are no given pairs`
        : `evaluate.pairs is ${type}, which pairs items by their groups, but ${relates(relation)}`;
    return [found(draft, { code: 'RELATION', path: 'evaluate.pairs', message })];
  },
};

/** Groups are what training has seen or not. */
const seenGroups: Rule = {
  reads: ['evaluate.seenApart', 'data'],
  check(draft) {
    if (!draft.settings.evaluate.seenApart || draft.data.grouped) return [];
    const message = `evaluate.seenApart tells groups that training has seen from others, but ${relates(draft.data.relation)}`;
    const hint = 'data.relations.group names the column that groups them.';
    return [found(draft, { code: 'RELATION', path: 'evaluate.seenApart', message, hint })];
  },
};

/** Evaluators over embeddings ask for groups, those of triplets for given ones. */
const evaluatorRelation: Rule = {
  reads: ['evaluate.metrics', 'data'],
  check(draft) {
    const { relation, grouped } = draft.data;
    const searching = relation === 'triplets' ? measuring(draft, 'neighbours') : [];
    const untold = relation === 'triplets' ? [] : measuring(draft, 'triplets');
    const wants = (what: string, slots: readonly Slot<'evaluator'>[]): Problem[] =>
      slots.map(({ use, path }) =>
        found(draft, {
          code: 'RELATION',
          path,
          message: `evaluator ${use.type} needs ${what}, but ${relates(relation)}`,
        }),
      );
    return [
      ...wants('groups', grouped ? [] : [...measuring(draft, 'embeddings'), ...searching]),
      ...wants('given triplets', untold),
    ];
  },
};

/** Given pairs say what a query should find, whatever its group. */
const searchedAcross: Rule = {
  reads: ['evaluate.metrics', 'data'],
  check(draft) {
    if (draft.data.relation === 'groups') return [];
    return measuring(draft, 'neighbours').flatMap(({ plugin, use, path }) => {
      const across = view(plugin).question?.(use.options).across ?? null;
      if (across === null) return [];
      const message = `${path}.across is ${across}, which leaves out items of the query's own group, but ${relates(draft.data.relation)}`;
      return [found(draft, { code: 'RELATION', path: `${path}.across`, message, hint: 'Leave it out.' })];
    });
  },
};

/** An impostor is one of a group. */
const impostors: Rule = {
  reads: ['data'],
  check(draft) {
    if (draft.data.grouped || draft.settings.data.relations.impostor === undefined) return [];
    const message = `data.relations.impostor names negatives of a group, but ${relates(draft.data.relation)}`;
    return [found(draft, { code: 'RELATION', path: 'data.relations.impostor', message })];
  },
};

export const relationRules: readonly Rule[] = [
  samplerRelation,
  splitRelation,
  evaluatedPairs,
  seenGroups,
  evaluatorRelation,
  searchedAcross,
  impostors,
];
