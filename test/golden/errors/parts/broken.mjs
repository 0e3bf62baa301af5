import { Distance, Loss } from 'siamese';

// What the types would refuse, as a plugin in plain JavaScript may have it.
const plugin = (slot, definition) => ({ kind: slot.kind, name: definition.name, summary: definition.summary, options: definition.options, definition });
const options = { type: 'object', additionalProperties: false, properties: {} };

export default [
  plugin(Distance, { name: 'acme/rangeless', summary: 'No range.', options, create: () => ({}) }),
  plugin(Loss, { name: 'mine', summary: 'No vendor, no factory.', options, needs: { score: 'distance' } }),
  plugin(Loss, {
    name: 'acme/options',
    summary: 'Options that are not described.',
    options: {
      type: 'object',
      additionalProperties: false,
      properties: {
        margin: { type: 'number', default: 1 },
        scale: { type: 'number', description: 'Neither a default nor required.' },
        inner: { type: 'object', properties: {}, description: 'Open.', default: {} },
      },
    },
    needs: { score: 'distance', margins: ['margn'] },
    create: () => ({}),
  }),
  plugin(Loss, {
    name: 'acme/default',
    summary: 'A default outside its own range, and a name that the recipe keeps.',
    options: {
      type: 'object',
      additionalProperties: false,
      properties: {
        margin: { type: 'number', exclusiveMinimum: 0, default: 0, description: 'Margin.' },
        weight: { type: 'number', default: 1, description: 'Weight.' },
      },
    },
    needs: {},
    create: () => ({}),
  }),
];
