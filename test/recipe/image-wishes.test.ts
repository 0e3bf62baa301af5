import { expect, test } from 'vitest';
import { imageWishes } from '../../core/recipe/image-wishes.js';

const plan = { kind: null, columns: null, size: null, channels: null, shape: null, scale: null, missing: 'error', tokens: null, length: null, buckets: null } as const; // biome-ignore format: one line

test('fields of images, as a recipe writes them and as its plan has them', () => {
  expect(imageWishes(undefined)).toEqual([]);
  expect(imageWishes(null)).toEqual([]);
  const photo = { field: 'photo', columns: null, size: [4, 5], channels: 3 };
  expect(imageWishes({ photo: { kind: 'image', size: [4, 5], channels: 3 }, age: { kind: 'number' } })).toEqual([
    photo,
  ]);
  expect(imageWishes({ photo: { ...plan, kind: 'image', size: [4, 5], channels: 3 }, age: plan })).toEqual([photo]);
  expect(imageWishes({ seen: { columns: 'image', channels: 1 } })).toEqual([
    { field: 'seen', columns: ['image'], size: null, channels: 1 },
  ]);
  expect(imageWishes({ left: { a: { kind: 'image' } }, right: { b: { kind: 'image' } } }).map(({ field }) => field)).toEqual(['a', 'b']); // biome-ignore format: one line
});
