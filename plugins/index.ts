/** The plugins of siamese itself, in the order in which they are shown. */
import type { Plugin } from '../core/plugin/define.js';
import { brightness } from './augmentations/brightness.js';
import { contrast } from './augmentations/contrast.js';
import { fieldDropout } from './augmentations/field-dropout.js';
import { noise } from './augmentations/noise.js';
import { randomCrop } from './augmentations/random-crop.js';
import { randomErasing } from './augmentations/random-erasing.js';
import { randomFlip } from './augmentations/random-flip.js';
import { randomRotation } from './augmentations/random-rotation.js';
import { randomScale } from './augmentations/random-scale.js';
import { randomShift } from './augmentations/random-shift.js';
import { typingErrors } from './augmentations/typing-errors.js';
import { angular } from './distances/angular.js';
import { chebyshev } from './distances/chebyshev.js';
import { cosine } from './distances/cosine.js';
import { euclidean } from './distances/euclidean.js';
import { mahalanobis } from './distances/mahalanobis.js';
import { manhattan } from './distances/manhattan.js';
import { minkowski } from './distances/minkowski.js';
import { negativeDot } from './distances/negative-dot.js';
import { snr } from './distances/snr.js';
import { squaredEuclidean } from './distances/squared-euclidean.js';
import { conv } from './encoders/conv.js';
import { dense } from './encoders/dense.js';
import { fields } from './encoders/fields.js';
import { mlp } from './encoders/mlp.js';
import { pretrained } from './encoders/pretrained.js';
import { recurrent } from './encoders/recurrent.js';
import { residual } from './encoders/residual.js';
import { sequential } from './encoders/sequential.js';
import { textBag } from './encoders/text-bag.js';
import { textCharacters } from './encoders/text-characters.js';
import { transformer } from './encoders/transformer.js';
import { dense as denseHead } from './heads/dense.js';
import { none as noHead } from './heads/none.js';
import { similarity } from './heads/similarity.js';
import { onHost } from './host.js';
import { arcface } from './losses/arcface.js';
import { bce } from './losses/bce.js';
import { circle } from './losses/circle.js';
import { contrastive } from './losses/contrastive.js';
import { cosface } from './losses/cosface.js';
import { cosineEmbedding } from './losses/cosine-embedding.js';
import { fastAp } from './losses/fast-ap.js';
import { huber } from './losses/huber.js';
import { liftedStructure } from './losses/lifted-structure.js';
import { mae } from './losses/mae.js';
import { margin } from './losses/margin.js';
import { mse } from './losses/mse.js';
import { multiSimilarity } from './losses/multi-similarity.js';
import { multipleNegativesRanking } from './losses/multiple-negatives-ranking.js';
import { nPairs } from './losses/n-pairs.js';
import { normalizedSoftmax } from './losses/normalized-softmax.js';
import { ntXent } from './losses/nt-xent.js';
import { onlineContrastive } from './losses/online-contrastive.js';
import { proxyAnchor } from './losses/proxy-anchor.js';
import { supcon } from './losses/supcon.js';
import { triplet } from './losses/triplet.js';
import { adagrad } from './optimizers/adagrad.js';
import { adam } from './optimizers/adam.js';
import { adamw } from './optimizers/adamw.js';
import { rmsprop } from './optimizers/rmsprop.js';
import { sgd } from './optimizers/sgd.js';
import { csv } from './trackers/csv.js';
import { mlflow } from './trackers/mlflow.js';
import { tensorboard } from './trackers/tensorboard.js';

export const builtIn: readonly Plugin[] = Object.freeze([
  ...[dense, mlp, conv, residual, recurrent, transformer, textCharacters, textBag, fields, sequential, pretrained],
  ...[euclidean, squaredEuclidean, manhattan, chebyshev, minkowski, cosine, angular, negativeDot, snr, mahalanobis],
  ...[noHead, similarity, denseHead],
  ...[contrastive, bce, mse, mae, huber, cosineEmbedding, onlineContrastive],
  ...[triplet, ntXent, supcon, multiSimilarity, circle, liftedStructure, margin, fastAp, nPairs],
  ...[arcface, cosface, normalizedSoftmax, proxyAnchor, multipleNegativesRanking],
  ...onHost,
  ...[randomFlip, randomShift, randomRotation, randomScale, randomCrop, randomErasing, brightness, contrast],
  ...[noise, typingErrors, fieldDropout],
  ...[sgd, adam, adamw, rmsprop, adagrad],
  ...[csv, tensorboard, mlflow],
]);
