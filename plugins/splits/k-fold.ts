import { type Assignment, Split, type SplitDeclarations, type SplitView } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { foldUnits, type Like } from './fold-units.js';
import { holdOut } from './folds.js';
import { links } from './links.js';

const declared: Readonly<Record<Like, SplitDeclarations>> = {
  'unseen-groups': { of: 'items', disjoint: ['groups', 'items'] },
  stratified: { of: 'items', disjoint: ['items'] },
  random: { of: ['items', 'pairs'], disjoint: ['pairs'] },
  connected: { of: 'pairs', disjoint: ['items', 'pairs'] },
};

/**
 * Cross-validation: the data is divided into `folds` parts, and one run for each takes it as its test part, so that
 * everything is tested once. Of the rest a share is for validation. `like` says what is divided: whole groups
 * (unseen-groups), the items of every group alike (stratified), items or given pairs (random), connected components of
 * given pairs (connected). Folds have the same number of groups, items or pairs, give or take one; components are
 * balanced by their items. Rows that the source brings as its own validation or test part are left out: folds are of the
 * training part, and such a test part stays unseen.
 * Units: `validation` is a share of what is not held out, in the units of the split that it is like.
 * Errors: SPLIT, where `like` needs groups or pairs that the data does not have; DATA_GROUPS, where there are fewer
 * groups, items, pairs or components than folds.
 * Source: Stone 1974; Geisser 1975.
 */
export const kFold = definePlugin(Split, {
  name: 'k-fold',
  summary: 'Cross-validation: one run per fold, each tested on what the others train on.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      folds: { type: 'integer', minimum: 2, maximum: 100, default: 5, description: 'Number of folds, and of runs.' },
      like: {
        type: 'string',
        enum: ['unseen-groups', 'stratified', 'random', 'connected'],
        default: 'unseen-groups',
        description:
          'The split that folds are made like: whole groups, items of every group, items or pairs, components.',
      },
      validation: {
        type: 'number',
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.1,
        description: 'Share of what is not held out that goes to validation.',
      },
      links,
    },
  },
  of: ({ like }) => declared[like].of,
  disjoint: ({ like }) => declared[like].disjoint,
  create: ({ folds, like, validation, links: tying }, { log }) => ({
    folds,
    assign(view, fold, draw) {
      const open = openOf(view);
      const units = foldUnits(view, open, { like, links: tying, draw });
      if (units.count < folds)
        fail('DATA_GROUPS', `${folds} folds need at least ${folds} ${units.words}; the data has ${units.count}`, {
          path: 'data.split.folds',
        });
      const parts = holdOut(units, { folds, fold, validation, draw });
      const assigned = new Array<Assignment>(view.size).fill('unused');
      for (const [place, row] of open.entries()) {
        const [one, ...others] = units.ends(place).map((unit) => parts[unit]!);
        assigned[row] = others.every((other) => other === one) ? one! : 'unused';
      }
      const torn = Array.from(open).filter((row) => assigned[row] === 'unused').length;
      if (torn > 0)
        log.warn(`fold ${fold + 1}: different pairs left out, since their items stand in two parts: ${torn}`);
      return assigned;
    },
  }),
});

/** Rows that the source brings as its own validation or test part are in no fold. */
const openOf = ({ size, given }: SplitView): Int32Array =>
  Int32Array.from({ length: size }, (_, row) => row).filter((row) => !given || given[row] === 0);
