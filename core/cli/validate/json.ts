import { toJson } from '../../problem/render.js';
import { type Format, isValid } from './checked.js';

/** For programs: one object per recipe. */
export const json: Format = {
  all: (checked) =>
    JSON.stringify(
      checked.map((one) => ({ file: one.file, valid: isValid(one), problems: toJson(one.problems) })),
      null,
      2,
    ),
};
