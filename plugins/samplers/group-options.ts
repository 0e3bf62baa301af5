/** Options that samplers of groups share. */
export const perGroup = {
  type: 'integer',
  minimum: 2,
  default: 4,
  description: 'Rows that a group gives each time it is drawn; a batch draws batchSize / perGroup times.',
} as const;

export const smallGroups = {
  type: 'string',
  enum: ['repeat', 'leave-out'],
  default: 'repeat',
  description: 'What becomes of a group with fewer items than perGroup: its items are repeated, or it is left out.',
} as const;

export const impostors = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  default: 0.25,
  description: "Share of a group's rows that are its impostors, where it has any; two rows are always of the group.",
} as const;

export const positivesAcross = {
  type: ['string', 'null'],
  format: 'column',
  default: null,
  description: 'A column (session, camera, style) over whose values the rows of a group are spread evenly; null: none.',
} as const;

export interface GroupOptions {
  readonly perGroup: number;
  readonly smallGroups: 'repeat' | 'leave-out';
  readonly impostors: number;
  readonly positivesAcross: string | null;
}
