/** Options that samplers of pairs share. */
export const positives = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  default: 0.5,
  description: 'Share of the pairs whose items are of one group.',
} as const;

export const impostors = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  default: 0.5,
  description: 'Share of the negatives that pair an item with an impostor of its own group, where it has any.',
} as const;

export const positivesAcross = {
  type: ['string', 'null'],
  format: 'column',
  default: null,
  description: 'A column in which the two items of a positive must differ (session, camera, style); null: in none.',
} as const;
