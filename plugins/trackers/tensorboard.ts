import { hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Tracker } from '../../core/contract/index.js';
import { openGrowing } from '../../core/files/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { encodeRecord } from './event-record.js';
import { seriesOf } from './series.js';

interface Position {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Scalars in an event file, which `tensorboard --logdir runs` shows: `train/loss`, `epoch/loss`,
 * `validation/verification.rocAuc`, `test/...`. Values are float32, as TensorBoard holds them. A resumed run goes on in its
 * file, from the checkpoint on.
 * Errors: OUTPUT, where the file cannot be written.
 */
export const tensorboard = definePlugin(Tracker, {
  name: 'tensorboard',
  summary: 'Event files for TensorBoard.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      folder: {
        type: 'string',
        pattern: '.',
        default: 'tensorboard',
        description: 'Where event files lie, in the run folder unless absolute.',
      },
    },
  },
  create: ({ folder }) => ({
    async open(run, position) {
      const { file, bytes } = (position as Position | null) ?? { file: freshName(), bytes: 0 };
      const events = openGrowing(join(isAbsolute(folder) ? folder : join(run.folder, folder), file), bytes);
      if (bytes === 0) events.append(encodeRecord({ at: Date.now(), version: 'brain.Event:2' }));
      return {
        record(event) {
          const { at, step } = event;
          for (const [tag, value] of seriesOf(event)) events.append(encodeRecord({ at, step, tag, value }));
        },
        position: () => ({ file, bytes: events.bytes }),
        close: async () => events.close(),
      };
    },
  }),
});

let opened = 0;
/** TensorBoard looks for `tfevents` in a name, and orders files by it. Runs that begin in one second share no file. */
const freshName = (): string =>
  `events.out.tfevents.${Math.floor(Date.now() / 1000)}.${hostname()}.${process.pid}.${opened++}.siamese`;
