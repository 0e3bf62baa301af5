/** Those plugins of siamese that compute on the host alone: whoever checks recipes loads no others. */
import type { Plugin } from '../core/plugin/define.js';
import { fewShot } from './evaluators/few-shot.js';
import { regression } from './evaluators/regression.js';
import { retrieval } from './evaluators/retrieval.js';
import { tripletAccuracy } from './evaluators/triplet-accuracy.js';
import { verification } from './evaluators/verification.js';
import { allPairs } from './samplers/all-pairs.js';
import { balancedPairs } from './samplers/balanced-pairs.js';
import { classBalanced } from './samplers/class-balanced.js';
import { givenPairs } from './samplers/given-pairs.js';
import { givenTriplets } from './samplers/given-triplets.js';
import { hardPairs } from './samplers/hard-pairs.js';
import { positivePairs } from './samplers/positive-pairs.js';
import { randomNegatives } from './samplers/random-negatives.js';
import { randomPairs } from './samplers/random-pairs.js';
import { randomTriplets } from './samplers/random-triplets.js';
import { shuffled } from './samplers/shuffled.js';
import { weightedGroups } from './samplers/weighted-groups.js';
import { constant } from './schedules/constant.js';
import { cosine as cosineSchedule } from './schedules/cosine.js';
import { exponential } from './schedules/exponential.js';
import { reduceOnPlateau } from './schedules/reduce-on-plateau.js';
import { step } from './schedules/step.js';
import { warmup } from './schedules/warmup.js';
import { arrays } from './sources/arrays.js';
import { idx } from './sources/idx.js';
import { imageFolder } from './sources/image-folder.js';
import { linkedTables } from './sources/linked-tables.js';
import { pairs } from './sources/pairs.js';
import { synthetic } from './sources/synthetic.js';
import { table } from './sources/table.js';
import { triplets } from './sources/triplets.js';
import { windows } from './sources/windows.js';
import { connected } from './splits/connected.js';
import { given } from './splits/given.js';
import { hash } from './splits/hash.js';
import { kFold } from './splits/k-fold.js';
import { none as noSplit } from './splits/none.js';
import { random } from './splits/random.js';
import { seenAndUnseen } from './splits/seen-and-unseen.js';
import { stratified } from './splits/stratified.js';
import { time } from './splits/time.js';
import { unseenGroups } from './splits/unseen-groups.js';

export const onHost: readonly Plugin[] = Object.freeze([
  ...[balancedPairs, hardPairs, randomPairs, allPairs, positivePairs, givenPairs, randomNegatives],
  ...[randomTriplets, givenTriplets, classBalanced, weightedGroups, shuffled],
  ...[arrays, idx, imageFolder, table, pairs, linkedTables, triplets, windows, synthetic],
  ...[stratified, unseenGroups, seenAndUnseen, random, connected, time, kFold, hash, given, noSplit],
  ...[constant, cosineSchedule, step, exponential, warmup, reduceOnPlateau],
  ...[verification, retrieval, regression, tripletAccuracy, fewShot],
]);
