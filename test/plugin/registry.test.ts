import { Distance, definePlugin, type Plugin, type ProblemError, Schedule } from 'siamese';
import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../core/plugin/check-options.js';
import { createRegistry } from '../../core/plugin/registry.js';
import { faultsOf } from '../../core/plugin/valid.js';
import { builtIn } from '../../plugins/index.js';

const options = { type: 'object', additionalProperties: false, properties: {} } as const;
const flat = (name: string): Plugin =>
  definePlugin(Schedule, { name, summary: 'Flat.', options, create: () => ({ factor: () => 1 }) });

describe('createRegistry', () => {
  const registry = createRegistry([
    { owner: 'siamese', plugins: [flat('one'), flat('two')] },
    { owner: 'acme', plugins: [flat('acme/three')] },
  ]);

  test('finds by kind and name, lists in the order given', () => {
    expect(registry.get('schedule', 'two')?.name).toBe('two');
    expect(registry.get('schedule', 'four')).toBeUndefined();
    expect(registry.get('loss', 'two')).toBeUndefined();
    expect(registry.list('schedule').map(({ name }) => name)).toEqual(['one', 'two', 'acme/three']);
    expect(registry.list('loss')).toEqual([]);
    expect(registry.all).toHaveLength(3);
  });

  test('is frozen', () => {
    expect([registry, registry.all, registry.groups, registry.list('schedule')].every(Object.isFrozen)).toBe(true);
  });

  test('a name twice is refused, naming both owners; the same name of another kind is not', () => {
    const near = definePlugin(Distance, {
      name: 'one',
      summary: 'A distance.',
      options,
      range: [0, 1],
      create: () => ({ between: (a) => a }),
    });
    expect(createRegistry([{ owner: 'siamese', plugins: [flat('one'), near] }]).all).toHaveLength(2);
    try {
      createRegistry([
        { owner: 'siamese', plugins: [flat('one')] },
        { owner: './mine.ts', plugins: [flat('one'), flat('x'), flat('x')] },
      ]);
      expect.unreachable();
    } catch (error) {
      expect((error as ProblemError).problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
        'PLUGIN_DUPLICATE the schedule "one" is defined in siamese and in ./mine.ts; a name must be unique',
        'PLUGIN_DUPLICATE the schedule "x" is defined twice in ./mine.ts; a name must be unique',
      ]);
    }
  });
});

describe("siamese's own plugins", () => {
  test.each(builtIn.map((plugin) => [`${plugin.kind} ${plugin.name}`, plugin] as const))(
    '%s is valid',
    (_name, plugin) => {
      expect(faultsOf(plugin, 'siamese')).toEqual([]);
    },
  );

  test('are each there once', () => {
    expect(() => createRegistry([{ owner: 'siamese', plugins: builtIn }])).not.toThrow();
  });
});

describe('checkOptions', () => {
  const site = { path: 'loss', place: () => null, origin: () => '' };
  const contrastive = builtIn.find(({ kind, name }) => kind === 'loss' && name === 'contrastive')!;

  test('fills defaults', () => {
    expect(checkOptions(contrastive, {}, site)).toEqual({ options: { margin: 1 }, problems: [] });
  });

  test('tells mistakes in the words of the recipe, with what the option is', () => {
    expect(
      checkOptions(contrastive, { margin: -1, margni: 2 }, site).problems.map(({ code, message, hint }) => [
        code,
        message,
        hint,
      ]),
    ).toEqual([
      ['OPTION_UNKNOWN', 'loss.margni is no option of contrastive; did you mean margin?', undefined],
      [
        'OPTION_RANGE',
        'loss.margin must be > 0, got -1',
        'contrastive.margin: Distance beyond which a different pair costs nothing. Default 1.',
      ],
    ]);
  });
});
