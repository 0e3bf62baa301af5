/** tfjs's JavaScript backend `cpu`, without the advice to install tfjs-node that it prints at its first use. */
import * as tfc from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

(tfc.findBackend('cpu') as tfc.KernelBackend & { firstUse: boolean }).firstUse = false;
