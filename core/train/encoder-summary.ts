/** What `siamese plan` shows of an encoder. */
import { serialization } from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import '../engine/layers.js'; // registers ours
import { placedLayers } from '../engine/layer-tree.js';

export interface LayerSummary {
  readonly name: string;
  /** The layer's class, `Conv2D`. */
  readonly type: string;
  /** Of its output, without the batch; null: a size that varies. */
  readonly shape: readonly (number | null)[];
  /** Numbers in its weights, trained or not. */
  readonly parameters: number;
}

/** The layers of a model in order, without its inputs. */
export function summarize(model: tfl.LayersModel): readonly LayerSummary[] {
  return model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .map((layer) => ({
      name: layer.name,
      type: layer.getClassName(),
      shape: layer.inboundNodes[0]!.outputShapes.flat().slice(1),
      parameters: layer.countParams(),
    }));
}

// Taken when nobody can have added classes of their own yet.
const standard = new Set(Object.keys(serialization.SerializationMap.getMap().classNameMap));

/** Whether a layer mixes the items of a batch in training. Of a class that siamese does not know it is assumed. */
export function dependsOnBatch(model: tfl.LayersModel): boolean {
  return placedLayers(model).some(({ layer }) => {
    const kind = layer.getClassName();
    return kind === 'BatchNormalization' || !standard.has(kind);
  });
}
