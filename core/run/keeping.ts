import type { Json } from '../contract/index.js';
import type { Lines } from '../files/index.js';
import { shownFile } from '../problem/render.js';
import { writeCheckpoint } from '../train/checkpoint.js';
import type { Health } from '../train/health/health.js';
import type { LoopState } from '../train/loop.js';
import { slotHolders } from '../train/optimizer.js';
import type { TrainingStep } from '../train/step.js';
import { importWeights, type NamedArrays } from '../train/weights.js';
import type { Carried } from './carried.js';
import type { ExecutionParts } from './execution.js';
import { thisMachine } from './machine.js';
import { pluginCode } from './plugin-code.js';
import { newestCheckpoint } from './stored-run.js';
import type { Trackers } from './trackers.js';

/** What changes while a run goes on, beside the training's own state. */
interface Going {
  readonly step: TrainingStep;
  readonly metrics: Lines;
  readonly health: Health;
  readonly trackers: Trackers;
}

/** Keeps what a run needs to go on, and gives it back. */
export class Keeping {
  readonly #parts: ExecutionParts;
  readonly #going: Going;
  constructor(parts: ExecutionParts, going: Going) {
    this.#parts = parts;
    this.#going = going;
  }

  /** Sets weights and slots to what the checkpoint holds; returns where the training stood. */
  restore(): LoopState | null {
    const from = this.#parts.again?.from ?? null;
    if (from === null) return null;
    importWeights(this.#parts.session.network.weights, from.checkpoint.weights);
    importWeights(slotHolders(this.#going.step.optimizerState), from.checkpoint.slots);
    return from.checkpoint.state;
  }

  /** The metrics are on the disk before the checkpoint that counts their bytes. Errors: OUTPUT. */
  async checkpoint(state: LoopState): Promise<void> {
    const { folder, session, request } = this.#parts;
    this.#going.metrics.sync();
    const settings = {
      folder: folder.at('checkpoints'),
      keep: request.planned.plan.train.checkpoint.keep,
      network: session.network,
      optimizer: this.#going.step.optimizerState,
      carried: () => this.#carried() as unknown as Json,
    };
    await writeCheckpoint(settings, state);
  }

  /** The last good model of a training that failed: the best, else that of the newest checkpoint; null: there is none. */
  async lastGood({ best }: LoopState): Promise<{ readonly weights: NamedArrays; readonly step: number } | null> {
    if (best) return { weights: best.weights, step: best.step };
    const { folder, request } = this.#parts;
    const note = (message: string): void => request.report({ kind: 'note', message });
    const kept = await newestCheckpoint(folder.at('checkpoints'), note);
    return kept && { weights: kept.checkpoint.weights, step: kept.checkpoint.state.step };
  }

  #carried(): Carried {
    const { request, data, engine } = this.#parts;
    const { metrics, health, trackers, step } = this.#going;
    return {
      plan: request.planned.plan,
      data,
      machine: thisMachine(engine),
      code: pluginCode(request.registry),
      metrics: metrics.bytes,
      metricsHash: metrics.hash,
      health: health.memory,
      trackers: trackers.positions,
      step: step.taken,
    };
  }
}

/** How a run is gone on with, for messages. */
export const resumeCommand = (folder: string): string => `\`siamese run --resume ${shownFile(folder)}\``;
