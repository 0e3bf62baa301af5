import { definePlugin, Schedule } from 'siamese';

/** Falls linearly from 1 to `end` over the whole training. */
export const example = definePlugin(Schedule, {
  name: 'acme/example',
  summary: 'Falls linearly.',
  api: 1,
  options: {
    type: 'object',
    additionalProperties: false,
    properties: { end: { type: 'number', minimum: 0, maximum: 1, default: 0.1, description: 'Factor at the end.' } },
  },
  create: ({ end }) => ({ factor: ({ step, steps }) => 1 + (end - 1) * (step / Math.max(1, steps - 1)) }),
});
