/** The plugins of siamese itself, in the order in which they are shown. */
import type { Plugin } from '../core/plugin/define.js';
import { angular } from './distances/angular.js';
import { chebyshev } from './distances/chebyshev.js';
import { cosine } from './distances/cosine.js';
import { euclidean } from './distances/euclidean.js';
import { manhattan } from './distances/manhattan.js';
import { minkowski } from './distances/minkowski.js';
import { negativeDot } from './distances/negative-dot.js';
import { squaredEuclidean } from './distances/squared-euclidean.js';
import { conv } from './encoders/conv.js';
import { dense } from './encoders/dense.js';
import { mlp } from './encoders/mlp.js';
import { fewShot } from './evaluators/few-shot.js';
import { regression } from './evaluators/regression.js';
import { retrieval } from './evaluators/retrieval.js';
import { verification } from './evaluators/verification.js';
import { dense as denseHead } from './heads/dense.js';
import { none as noHead } from './heads/none.js';
import { similarity } from './heads/similarity.js';
import { bce } from './losses/bce.js';
import { contrastive } from './losses/contrastive.js';
import { cosineEmbedding } from './losses/cosine-embedding.js';
import { huber } from './losses/huber.js';
import { mae } from './losses/mae.js';
import { mse } from './losses/mse.js';
import { adagrad } from './optimizers/adagrad.js';
import { adam } from './optimizers/adam.js';
import { adamw } from './optimizers/adamw.js';
import { rmsprop } from './optimizers/rmsprop.js';
import { sgd } from './optimizers/sgd.js';
import { allPairs } from './samplers/all-pairs.js';
import { balancedPairs } from './samplers/balanced-pairs.js';
import { givenPairs } from './samplers/given-pairs.js';
import { randomNegatives } from './samplers/random-negatives.js';
import { randomPairs } from './samplers/random-pairs.js';
import { constant } from './schedules/constant.js';
import { cosine as cosineSchedule } from './schedules/cosine.js';
import { exponential } from './schedules/exponential.js';
import { reduceOnPlateau } from './schedules/reduce-on-plateau.js';
import { step } from './schedules/step.js';
import { warmup } from './schedules/warmup.js';
import { arrays } from './sources/arrays.js';
import { idx } from './sources/idx.js';
import { pairs } from './sources/pairs.js';
import { synthetic } from './sources/synthetic.js';
import { table } from './sources/table.js';
import { given } from './splits/given.js';
import { hash } from './splits/hash.js';
import { none as noSplit } from './splits/none.js';
import { random } from './splits/random.js';
import { stratified } from './splits/stratified.js';
import { unseenGroups } from './splits/unseen-groups.js';

export const builtIn: readonly Plugin[] = Object.freeze([
  ...[dense, mlp, conv],
  ...[euclidean, squaredEuclidean, manhattan, chebyshev, minkowski, cosine, angular, negativeDot],
  ...[noHead, similarity, denseHead],
  ...[contrastive, bce, mse, mae, huber, cosineEmbedding],
  ...[balancedPairs, randomPairs, allPairs, givenPairs, randomNegatives],
  ...[arrays, idx, table, pairs, synthetic],
  ...[stratified, unseenGroups, random, hash, given, noSplit],
  ...[sgd, adam, adamw, rmsprop, adagrad],
  ...[constant, cosineSchedule, step, exponential, warmup, reduceOnPlateau],
  ...[verification, retrieval, regression, fewShot],
]);
