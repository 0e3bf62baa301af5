import type { Log } from '../contract/index.js';
import { BATCH, type Embedder } from '../evaluate/embed.js';
import { type RecordedEmbedder, recordedEmbedder } from '../evaluate/recorded-embedder.js';
import type { Plan } from '../recipe/types.js';
import type { BuiltEncoder } from '../train/encoder.js';
import type { Network } from '../train/network.js';

/** Items from which on a recording pays, which costs as much as some 10 to 30 batches gain. */
const WORTH = 40 * BATCH;

/** The encoders of a network as its evaluation runs them. */
export interface Embedders {
  readonly left: Embedder;
  /** `left` itself unless there are two towers. */
  readonly right: Embedder;
  dispose(): void;
}

export interface EmbedderSettings {
  readonly plan: Plan;
  /** How many will be embedded, as the plan and the data have it: these alone decide, so that figures follow from them. */
  readonly items: number;
  readonly log: Log;
}

/** Recorded where the plan lets steps be compiled and there is enough to embed; else operation by operation. */
export function openEmbedders({ left, right }: Pick<Network, 'left' | 'right'>, how: EmbedderSettings): Embedders {
  const recorded: RecordedEmbedder[] = [];
  let isTold = false;
  const open = (encoder: BuiltEncoder): Embedder => {
    if (how.plan.engine.compile === 'off' || !isWorth(how.items)) return encoder;
    const made = recordedEmbedder(encoder, ({ part, cause }) => {
      if (!isTold) how.log.warn(`evaluation is not compiled: ${part ?? 'the encoder'} ${cause}`);
      isTold = true;
    });
    if (made) recorded.push(made);
    return made ?? encoder;
  };
  const first = open(left);
  return {
    left: first,
    right: right === left ? first : open(right),
    dispose() {
      for (const one of recorded) one.dispose();
    },
  };
}

/** Whether so many items are worth a recording. */
export const isWorth = (items: number): boolean => items >= WORTH;
