import { describe } from 'vitest';
import { tinyRecipes } from '../recipes/recipes.js';
import { onEngine } from '../run/command.js';
import { compareSteps } from '../run/compiled-steps.js';

describe('compiled steps', () => {
  for (const recipe of tinyRecipes) {
    onEngine('native', `of ${recipe} are its eager ones, and those of the portable engine`, () => compareSteps(recipe));
  }
});
