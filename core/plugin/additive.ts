import { isDeepStrictEqual } from 'node:util';
import type { HeadDeclarations } from '../contract/index.js';
import type { Options } from './view.js';

/** Whether a head, with these options, only adds a number of the right item to one of the left. */
export const isAdditive = ({ additive }: Pick<HeadDeclarations<Options>, 'additive'>, options: Options): boolean =>
  additive !== undefined && Object.entries(additive).every(([name, value]) => isDeepStrictEqual(options[name], value));
