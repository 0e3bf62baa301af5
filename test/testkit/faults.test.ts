import { readdirSync, readFileSync } from 'node:fs';
import { definePlugin, Optimizer, ops, type Plugin } from 'siamese';
import { checkPlugin, conformance, renderChecks } from 'siamese/testkit';
import { describe, expect, it } from 'vitest';
import { onEngine } from '../run/command.js';
import { distance, euclid } from './planted/distance-faults.js';
import { type Fault, none } from './planted/fault.js';
import { faults } from './planted/faults.js';
import { hostFaults } from './planted/host-faults.js';
import { pairLoss } from './planted/loss-faults.js';
import { sourceFaults } from './planted/source-faults.js';
import { engineFaults, tensorFaults } from './planted/tensor-faults.js';

const all = [...faults, ...tensorFaults, ...hostFaults, ...sourceFaults];

/** Checks by the file of the kit that makes them: those of a kind, and those of all. */
function checksByFile(): Readonly<Record<string, readonly string[]>> {
  const kit = new URL('../../core/testkit/', import.meta.url);
  const files = readdirSync(new URL('kinds/', kit)).map((name) => `kinds/${name}`);
  const found = [...files, ...shared.map((name) => `${name}.ts`)].map((path) => {
    const text = readFileSync(new URL(path, kit), 'utf8');
    const names = [...text.matchAll(/\bname: '([^']+)',\s+run\b/g)].map(([, name]) => name!);
    return [path.replace(/^kinds\/|\.ts$/g, ''), names] as const;
  });
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}
const shared = ['general', 'step-use'];
/** The first two pass with a remark, or do not apply: what they tell is no fault. The third has tests of its own below. */
const remarks = ['each number by itself', 'each item by its own draw', 'fused equals update'];

describe('planted faults', () => {
  it.each(all)('%s fails "%s"', { timeout: 60_000 }, async (_, check, plugin) => {
    const failed = (await checkPlugin(plugin, { engines: ['portable'] })).filter(({ outcome }) => outcome === 'fail');
    expect(failed.map(({ name }) => name)).toContain(check);
    for (const { message } of failed) expect(message).not.toMatch(/\n|\[object|TypeError/);
    await expect(conformance(plugin, { engines: ['portable'] })).rejects.toThrow(`fails ${failed.length} checks`);
  });

  for (const [name, check, plugin] of engineFaults)
    onEngine('native', `${name} fails "${check}"`, async () => {
      const found = (await checkPlugin(plugin)).find((one) => one.name === check);
      expect(found).toMatchObject({ outcome: 'fail' });
      expect(found!.message).toMatch(/ on native against portable: /);
    });

  it('every check that can fail has one', () => {
    for (const [file, names] of Object.entries(checksByFile())) {
      const kind = file.replace(/-.*/, '');
      const ofKind = ([, check, { kind: its }]: Fault): boolean =>
        shared.includes(file) || its === kind || check.endsWith('in the step'); // where the step is watched it is one check
      const planted = [...all, ...engineFaults].filter(ofKind).map(([, check]) => check.replace(/ \([a-z, ]+\)$/, ''));
      expect(
        names.filter((name) => !planted.includes(name) && !remarks.includes(name)),
        file,
      ).toEqual([]);
    }
  });

  const descending = (momentum: number, op = 'ResourceApplyKerasMomentum'): Plugin =>
    definePlugin(Optimizer, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      slots: { velocity: 0 },
      fused: { op, attributes: () => ({ momentum, use_nesterov: false }) },
      create: () => ({
        update: ({ weight, gradient, learningRate, slots }) => {
          const velocity = ops.sub(ops.mul(0.9, slots.velocity), ops.mul(learningRate, gradient));
          return { weight: ops.add(weight, velocity), slots: { velocity } };
        },
      }),
    });
  const fusedOf = async (plugin: Plugin) =>
    (await checkPlugin(plugin)).find(({ name }) => name === 'fused equals update')!;

  onEngine('native', 'a fused operation of another formula than update fails, the same one passes', async () => {
    expect(await fusedOf(descending(0.9))).toMatchObject({ outcome: 'pass' });
    const { outcome, message } = await fusedOf(descending(0.5));
    expect(outcome).toBe('fail');
    expect(message).toMatch(
      /^on the native engine update gives another weight after 5 steps than ResourceApplyKerasMomentum: number \d+ of 12 is /,
    );
  });

  it('a fused operation that siamese does not know fails', async () => {
    const { outcome, message } = await fusedOf(descending(0.9, 'ResourceApplyGradientDescent'));
    expect([outcome, message]).toEqual([
      'fail',
      expect.stringContaining('siamese knows no fused operation ResourceApplyGradientDescent'),
    ]);
  });

  it('what a loss holds constant on purpose is no fault, and is remarked', async () => {
    const weighted = pairLoss((d, y) =>
      ops.mul(ops.add(y, ops.stopGradient(d)), ops.add(ops.mul(y, d), ops.mul(ops.sub(1, y), ops.relu(ops.sub(1, d))))),
    );
    const checks = await checkPlugin(weighted, { engines: ['portable'] });
    expect(checks.find(({ name }) => name === 'gradient equals finite differences')).toMatchObject({
      outcome: 'pass',
      message: 'with what it holds constant held constant',
    });
  });

  it('reads as a table', async () => {
    const checks = await checkPlugin(distance(euclid, { range: [0, 1] }), { engines: ['portable'] });
    const text = renderChecks([{ kind: 'distance', name: 'acme/fault', checks }]);
    expect(text).toContain('distance acme/fault\n');
    expect(text).toMatch(
      / {2}FAIL {2}within its declared range +on| {2}FAIL {2}within its declared range +of random vectors/,
    );
    expect(text.split('\n').at(-1)).toMatch(/^1 plugin: \d+ checks passed, 1 failed, \d+ not applicable$/);
  });
});
