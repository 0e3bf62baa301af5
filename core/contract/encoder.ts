import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Layers } from '../engine/layers.js';
import type { Shape } from './data.js';

export type { Layers, LayersModel, SymbolicTensor };

export type FieldKind = 'vector' | 'image' | 'number' | 'category' | 'text' | 'sequence';

/** One input of the model, after decoding and scaling. Text and category arrive as int32 ids, 0 = padding. */
export interface Input {
  readonly name: string;
  readonly kind: FieldKind;
  /** Without the batch. */
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32';
  /** Number of ids, padding included; null where the values are not ids. */
  readonly vocabulary: number | null;
}

export interface EncoderDeclarations {
  /** Field kinds it takes, and the ranks of their shapes. */
  readonly accepts: Readonly<Partial<Record<FieldKind, readonly number[]>>>;
  /** Default 'one'. */
  readonly inputs?: 'one' | 'many';
}

/** What an encoder's `create` gets beside its options; it returns the model: inputs in the given order -> [batch, dimensions]. */
export interface EncoderContext {
  readonly inputs: readonly Input[];
  /** tfjs-layers, every initializer seeded, dropout and noise stateless. */
  readonly layers: Layers;
  readonly input: (spec: Input) => SymbolicTensor;
  /**
   * A model that TensorFlow.js saved in files (model.json and its shards), with its weights, down to the layer `cut` (null:
   * its last). The core reads it. Errors: DATA_MISSING, DATA_FORMAT, DATA_SIZE.
   */
  readonly load: (path: string, cut: string | null) => LayersModel;
  readonly model: (spec: { inputs: SymbolicTensor[]; outputs: SymbolicTensor }) => LayersModel;
}
export type BuildEncoder = (inputs: readonly Input[]) => LayersModel;
