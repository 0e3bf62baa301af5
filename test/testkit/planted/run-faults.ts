import { definePlugin, Schedule, Source, Tracker } from 'siamese';
import { type Fault, none } from './fault.js';

/** Of schedules, sources and trackers. */
export const runFaults: readonly Fault[] = [
  [
    'an infinite schedule',
    'a finite factor at every step',
    definePlugin(Schedule, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      create: () => ({ factor: (at) => 1 / at.step }),
    }),
  ],
  [
    'a schedule whose state is no JSON',
    'its state is JSON',
    definePlugin(Schedule, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      create: () => ({ initial: { best: -Infinity }, factor: () => 1, observe: (state) => state }),
    }),
  ],
  [
    'a source that reads by itself',
    'a missing file is told in plain words',
    definePlugin(Source, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: {
        type: 'object',
        additionalProperties: false,
        required: ['path'],
        properties: { path: { type: 'string', format: 'path', description: 'A file.' } },
      },
      access: 'random',
      relations: ['groups'],
      create: ({ path }) => ({
        describe: async () => {
          throw new Error(`ENOENT ${path}`);
        },
        open: async () => {
          throw new Error('ENOENT');
        },
      }),
    }),
  ],
  [
    'a tracker that forgets where it stood',
    'its position is JSON and opens it again',
    definePlugin(Tracker, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      create: () => ({
        open: async () => {
          let n = 0;
          return {
            record: () => {
              n++;
            },
            position: () => n,
            close: async () => {},
          };
        },
      }),
    }),
  ],
];
