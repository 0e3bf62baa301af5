/**
 * The layers of a model with those inside them, their names and their weights. tfjs-layers numbers names per process, so
 * they depend on what was built before: here they follow the position in the model, `dense-1`, `dense-2`, which is what is
 * saved, seeded and written in recipes (`scales: { encoder.dense-1: 0 }`). A name that an author gave stays.
 */
import type { Variable } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Layer } from './layers.js';

/** A layer at its place: `path` is its name, after that of the top layer it is inside of where it has weights of its own. */
export interface PlacedLayer {
  readonly layer: Layer;
  readonly path: string;
}
/** A weight with its stable name, `dense-1/kernel`. */
export interface NamedWeight {
  readonly name: string;
  readonly held: tfl.LayerVariable;
  readonly variable: Variable;
}

/** Where tfjs-layers keeps layers inside layers. */
interface Nest {
  readonly layers?: readonly Layer[];
  readonly layer?: Layer;
  readonly forwardLayer?: Layer;
  readonly backwardLayer?: Layer;
  readonly cell?: Layer;
  readonly cells?: readonly Layer[];
}

/** All layers, outer before inner, in the order of the model. */
export function placedLayers(model: tfl.LayersModel): readonly PlacedLayer[] {
  return model.layers.flatMap((layer) => placed(layer, layer.name));
}

function placed(layer: Layer, path: string): PlacedLayer[] {
  const nest = layer as unknown as Nest;
  return [
    { layer, path },
    ...(layer instanceof tfl.LayersModel ? layer.layers.flatMap((one) => placed(one, `${path}/${one.name}`)) : []),
    // The only layer inside needs no name of its own: lstm-1/kernel, not lstm-1/cell/kernel.
    ...(nest.layer ? placed(nest.layer, path) : []),
    ...(nest.cell ? placed(nest.cell, path) : []),
    ...(nest.forwardLayer ? placed(nest.forwardLayer, `${path}/forward`) : []),
    ...(nest.backwardLayer ? placed(nest.backwardLayer, `${path}/backward`) : []),
    ...(nest.cells ?? []).flatMap((cell, i) => placed(cell, `${path}/${i + 1}`)),
  ];
}

/** Every weight once, in the order of the model. Errors: two of one name (a layer of one's own that hides layers inside). */
export function namedWeights(model: tfl.LayersModel): readonly NamedWeight[] {
  const named = new Map<tfl.LayerVariable, string>();
  for (const { layer, path } of placedLayers(model)) {
    const own = layer as unknown as Record<'_trainableWeights' | '_nonTrainableWeights', readonly tfl.LayerVariable[]>;
    for (const held of [...own._trainableWeights, ...own._nonTrainableWeights]) {
      if (!named.has(held)) named.set(held, `${path}/${held.originalName.split('/').at(-1)}`);
    }
  }
  for (const layer of model.layers) {
    const hidden = layer.weights.find((held) => !named.has(held));
    if (hidden) throw new Error(`the layer "${layer.name}" keeps weights in layers inside it that cannot be found`);
  }
  if (new Set(named.values()).size < named.size) throw new Error('two of its weights have the same name');
  return [...named].map(([held, name]) => ({ name, held, variable: held.read() as Variable }));
}

/** Replaces names that tfjs-layers made up by names that follow the position. */
export function nameLayers(model: tfl.LayersModel, modelName: string): void {
  const all = [...new Set(placedLayers(model).map(({ layer }) => layer))];
  const taken = new Set(all.filter((layer) => !isMadeUp(layer)).map((layer) => layer.name));
  const renamed = new Map<Layer, string>();
  for (const layer of all.filter(isMadeUp)) {
    const kind = kebab(layer);
    let number = 1;
    while (taken.has(`${kind}-${number}`)) number++;
    taken.add(`${kind}-${number}`);
    renamed.set(layer, `${kind}-${number}`);
  }
  for (const container of [model, ...all]) {
    if (container instanceof tfl.LayersModel) renameInside(container, renamed);
  }
  for (const [layer, name] of renamed) layer.name = name;
  model.name = modelName;
}

/** A model keeps the names of its layers in several places: its nodes are keyed by them. */
function renameInside(model: tfl.LayersModel, renamed: ReadonlyMap<Layer, string>): void {
  const names = new Map(model.layers.map((layer) => [layer.name, renamed.get(layer) ?? layer.name]));
  const rename = (name: string): string => names.get(name) ?? name;
  const inside = model as unknown as Record<string, string[] | Set<string>>;
  for (const list of ['inputNames', 'outputNames', 'feedInputNames', 'feedOutputNames']) {
    inside[list] = [...(inside[list] ?? [])].map(rename);
  }
  inside.containerNodes = new Set(
    [...(inside.containerNodes ?? [])].map((key) => {
      const end = key.lastIndexOf('_ib-'); // key: <layer>_ib-<number of the call>
      return rename(key.slice(0, end)) + key.slice(end);
    }),
  );
}

/** tfjs-layers makes up `dense_Dense3`, `input3`, `model3`, `sequential_3`, and `forward_lstm_LSTM3` inside a wrapper. */
const isMadeUp = (layer: Layer): boolean =>
  /^(input|model|sequential_)\d+$/.test(layer.name) || new RegExp(`_${layer.getClassName()}\\d+$`).test(layer.name);

/** MaxPooling2D -> max-pooling2d, LSTM -> lstm, ReLU -> relu */
function kebab(layer: Layer): string {
  return layer
    .getClassName()
    .replace(/Layer$/, '')
    .replace('Functional', 'Model')
    .replace('LSTM', 'Lstm')
    .replace('ReLU', 'Relu')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase();
}
