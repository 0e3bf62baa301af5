import { Schedule } from 'siamese';

const options = { type: 'object', additionalProperties: false, properties: {} };
const definition = { name: 'acme/flat', summary: 'Flat.', options, create: () => ({ factor: () => 1 }) };
export default { kind: Schedule.kind, name: definition.name, summary: definition.summary, options, definition };
