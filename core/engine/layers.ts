import { layers as tfl } from '@tensorflow/tfjs-layers';
export type Layers = typeof tfl;
