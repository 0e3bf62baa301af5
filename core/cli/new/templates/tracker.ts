import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { definePlugin, Tracker } from 'siamese';

/** Appends every event to a text file in the run folder. */
export const example = definePlugin(Tracker, {
  name: 'acme/example',
  summary: 'A text file of events.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { file: { type: 'string', default: 'events.txt', description: 'Its name, in the run folder.' } },
  },
  create: ({ file }) => ({
    async open({ folder }, position) {
      let count = typeof position === 'number' ? position : 0; // a resumed run counts on
      await mkdir(folder, { recursive: true });
      return {
        async record({ kind, step, values }) {
          count++;
          await appendFile(join(folder, file), `${step} ${kind} ${JSON.stringify(values)}\n`);
        },
        position: () => count,
        close: async () => {},
      };
    },
  }),
});
