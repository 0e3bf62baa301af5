import { augmentationFaults } from './augmentation-faults.js';
import { distanceFaults } from './distance-faults.js';
import { evaluatorFaults } from './evaluator-faults.js';
import type { Fault } from './fault.js';
import { lossFaults } from './loss-faults.js';
import { networkFaults } from './network-faults.js';
import { runFaults } from './run-faults.js';
import { samplerFaults } from './sampler-faults.js';
import { splitFaults } from './split-faults.js';

/** Of every kind. */
export const faults: readonly Fault[] = [
  ...distanceFaults,
  ...lossFaults,
  ...networkFaults,
  ...samplerFaults,
  ...splitFaults,
  ...augmentationFaults,
  ...evaluatorFaults,
  ...runFaults,
];
