import { definePlugin, Schedule } from 'siamese';
export default [definePlugin(Schedule, { name: 'acme/s', summary: 'S.', options: { type: 'object', additionalProperties: false, properties: {} }, create: () => ({ factor: () => 1 }) })];
