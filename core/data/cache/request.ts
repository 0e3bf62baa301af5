import type { Input, Json } from '../../contract/index.js';

/** What the recipe says of a cache of decoded items. */
export interface CacheRequest {
  /** auto: where the items of a table need more than `bytes`. */
  readonly use: 'auto' | 'always' | 'never';
  readonly bytes: number;
  /** Each cache has a folder of its own in it. */
  readonly folder: string;
  /** All that the decoded items follow from beside their fields: the source, and what its files hold. */
  readonly identity: () => Promise<Json>;
  /** Told in one line. */
  readonly note: (message: string) => void;
}

/** Bytes that the items need as the network reads them. */
export const bytesOfItems = (size: number, inputs: readonly Input[]): number =>
  inputs.reduce((sum, { shape }) => sum + 4 * size * shape.reduce((product, length) => product * length, 1), 0);

/** Whether the items of a table are cached: follows from recipe and data alone. */
export const isCached = (
  { use, bytes }: Pick<CacheRequest, 'use' | 'bytes'>,
  size: number,
  inputs: readonly Input[],
): boolean => use === 'always' || (use === 'auto' && bytesOfItems(size, inputs) > bytes);
