/** Opens an engine and multiplies two matrices: started by itself, to see what reaches its stdout and stderr. */
import * as tfc from '@tensorflow/tfjs-core';
import type { EngineChoice } from '../../core/engine/engine.js';
import { openEngine } from '../../core/engine/open.js';

const engine = await openEngine(process.argv[2] as EngineChoice, (line) => process.stderr.write(`${line}\n`));
const product = tfc.matMul(tfc.ones([2, 3]), tfc.ones([3, 2])); // [2, 2]
process.stdout.write(`${engine.name} ${product.dataSync().join(' ')}\n`);
