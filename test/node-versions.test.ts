import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { hasNodeBinaries, nodeBinary } from './node-binaries.js';

/** The built command line on the other supported versions of Node, both engines. As a library: test/full/library.full.ts. */
const root = fileURLToPath(new URL('..', import.meta.url));
const asked = process.env['CI'] !== undefined || process.env['SIAMESE_TEST_NODES'] === '1';

const folder = mkdtempSync(join(tmpdir(), 'siamese-nodes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recipe = `version: 1
name: node-versions
plugins: [./cubic.ts]
data: { source: { type: synthetic, groups: 8, perGroup: 20, shape: [8, 8, 1], noise: 0.5 } }
encoder: { type: conv, filters: [4], dimensions: 8 }
loss: { type: test/cubic }
train: { epochs: 2, batchSize: 32 }
`;
const plugin = `import { definePlugin, Loss, ops } from 'siamese';
export default definePlugin(Loss, {
  name: 'test/cubic', summary: 'Contrastive with cubes.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  needs: { score: 'distance' },
  create: () => ({ perPair: (d, t) => ops.add(ops.mul(t, ops.pow(d, 3)), ops.mul(ops.sub(1, t), ops.pow(ops.relu(ops.sub(1, d)), 3))) }),
});
`;

describe('other Node versions', () => {
  for (const major of ['20', '22', '24', '26']) {
    for (const engine of ['native', 'portable']) {
      it(`Node ${major}, ${engine}: a recipe with a convolution and a TypeScript plugin`, { timeout: 300_000 }, ({
        skip,
      }) => {
        skip(
          !asked || !hasNodeBinaries,
          'other versions are fetched only with CI or SIAMESE_TEST_NODES=1, on Linux x64',
        );
        writeFileSync(join(folder, 'recipe.yaml'), recipe);
        writeFileSync(join(folder, 'cubic.ts'), plugin);
        const out = join(folder, `${major}-${engine}`);
        const args = [join(root, 'dist/core/cli/main.js'), 'run', 'recipe.yaml', '--engine', engine, '--out', out];
        const { status, stderr } = spawnSync(nodeBinary(major), args, { cwd: folder, encoding: 'utf8' });
        expect(stderr).not.toMatch(/warning|deprecat|tensorflow\//i);
        expect(status).toBe(0);
        const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as {
          test: { verification: { rocAuc: number } };
        };
        expect(result.test.verification.rocAuc).toBeGreaterThan(0.8);
      });
    }
  }
});
