import { type Column, Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { nameGroups } from './group-names.js';
import { type FolderOptions, lookAt, readable } from './images/folder.js';
import { imageTable } from './images/table.js';

/**
 * Images in folders, PNG, JPEG, GIF (its first picture), WebP, TIFF or AVIF: a folder for each group, or names that a pattern
 * reads. Decoded by the optional package sharp when they are read: turned as their EXIF data says, transparency laid over
 * `background`, resized to the field's `size`, grey by BT.601 where `channels` is 1.
 * Shapes: `image` (or the field that takes it) [height, width, channels], bytes 0..255. Each name of the pattern is a column
 * that relations, splits and samplers can name, and no input.
 * Order and keys: paths below the folder, by code units.
 * Errors: PLUGIN_LOAD (no sharp), DATA_MISSING, DATA_EMPTY (no image, a group's folder without any), DATA_FORMAT (it does not
 * decode), DATA_SIZE (sizes that differ where none is declared, too many pixels), FIELD.
 * Source of the grey: ITU-R BT.601.
 */
export const imageFolder = definePlugin(Source, {
  name: 'image-folder',
  summary: 'Images in a folder for each group, or by a pattern of their names.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: {
      path: { type: 'string', format: 'path', description: 'The folder.' },
      pattern: {
        type: ['string', 'null'],
        default: null,
        description:
          'How names are read, as {group}/{session}_{name}.png: what stands in braces becomes a column, `*` is anything; {group} is the group. null: the first folder is the group.',
      },
      unreadable: {
        type: 'string',
        enum: ['error', 'skip'],
        default: 'error',
        description: 'What to do with an image that does not decode: stop, or leave it out and count it.',
      },
      fit: {
        type: 'string',
        enum: ['stretch', 'crop', 'pad'],
        default: 'stretch',
        description: "How an image of other proportions is made of the field's size.",
      },
      background: {
        type: 'array',
        items: { type: 'integer', minimum: 0, maximum: 255, description: 'Red, green or blue.' },
        minItems: 3,
        maxItems: 3,
        default: [255, 255, 255],
        description: 'What transparent places show, and what `fit: pad` adds.',
      },
      mostPixels: {
        type: 'integer',
        minimum: 1,
        default: 100_000_000,
        description: 'Images that say they have more pixels are not decoded.',
      },
    },
  },
  access: 'random',
  relations: ['groups'],
  create: (options, { images: wishes, log }) => {
    const how: FolderOptions = { ...options, wishes };
    return {
      async describe(files) {
        const { listing, wanted, target, images } = await lookAt(files, how);
        const { height, width, channels } = target;
        const name: Column = { kind: 'category', shape: null, nullable: false, input: false };
        const image: Column = { kind: 'image', shape: [height, width, channels], nullable: false };
        const groups = new Set(images.map(({ values }) => values['group']));
        return {
          sides: {
            items: {
              size: options.unreadable === 'skip' ? null : images.length,
              columns: { [wanted.column]: image, ...Object.fromEntries(listing.names.map((one) => [one, name])) },
            },
          },
          relation: 'groups',
          access: 'random',
          relations: listing.names.includes('group') && options.unreadable === 'error' ? groups.size : null,
        };
      },
      async open(files) {
        const look = await lookAt(files, how);
        const { listing, wanted, target, decoder } = look;
        const { images, held } = await readable(files, how, { look, log });
        const named = listing.names.includes('group')
          ? nameGroups(
              listing.folder,
              images.map(({ values }) => values['group']!),
            )
          : null;
        return {
          access: 'random',
          tables: { items: imageTable({ files, listing, images, held, column: wanted.column, target, decoder }) },
          groups: named?.groups ?? null,
          groupNames: named?.groupNames ?? null,
          pairs: null,
          triplets: null,
          given: null,
          close: async () => {},
        };
      },
    };
  },
});
