/**
 * What an encoder is: it builds the network that maps inputs to an embedding, [batch, dimensions].
 * @module encoder
 */
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Layers } from '../engine/layers.js';
import type { Shape } from './data.js';

export type { Layers, LayersModel, SymbolicTensor };

/**
 * What a field holds: `vector`, `image` and `sequence` are arrays of numbers, `number` is one of them, `category` and
 * `text` become ids.
 */
export type FieldKind = 'vector' | 'image' | 'number' | 'category' | 'text' | 'sequence';

/** One input of the model, after decoding and scaling. Text and category arrive as int32 ids, 0 = padding. */
export interface Input {
  /** The field's name in the recipe. */
  readonly name: string;
  /** What the field holds. */
  readonly kind: FieldKind;
  /** Without the batch. */
  readonly shape: Shape;
  /** int32 where the values are ids. */
  readonly dtype: 'float32' | 'int32';
  /** Number of ids, padding included; null where the values are not ids. */
  readonly vocabulary: number | null;
}

/** What an encoder says of itself: which inputs it can take. */
export interface EncoderDeclarations {
  /** Field kinds it takes, and the ranks of their shapes. */
  readonly accepts: Readonly<Partial<Record<FieldKind, readonly number[]>>>;
  /** Default 'one'. */
  readonly inputs?: 'one' | 'many';
}

/** What an encoder's `create` gets beside its options; it returns the model: inputs in the given order -> [batch, dimensions]. */
export interface EncoderContext {
  /** What goes in, in the order in which the model takes it. */
  readonly inputs: readonly Input[];
  /** tfjs-layers, every initializer seeded, dropout and noise stateless. */
  readonly layers: Layers;
  /** Makes the model's input for one of `inputs`. -> symbolic [batch, ...shape] */
  readonly input: (spec: Input) => SymbolicTensor;
  /**
   * A model that TensorFlow.js saved in files (model.json and its shards), with its weights, down to the layer `cut` (null:
   * its last). The core reads it. Errors: DATA_MISSING, DATA_FORMAT, DATA_SIZE.
   */
  readonly load: (path: string, cut: string | null) => LayersModel;
  /** Makes the model out of its inputs and its output, [batch, dimensions]. */
  readonly model: (spec: { inputs: SymbolicTensor[]; outputs: SymbolicTensor }) => LayersModel;
}
/** Builds an encoder that stands inside another one (a part): the model for these inputs. */
export type BuildEncoder = (inputs: readonly Input[]) => LayersModel;
