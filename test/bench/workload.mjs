/** One workload in this process; prints one JSON line. node workload.mjs NAME ENGINE PROFILE */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [name, engine, profile] = process.argv.slice(2);
const recipe = fileURLToPath(new URL(`./recipes/${name}.yaml`, import.meta.url));
const { runRecipe } = await import('../../dist/core/index.js');
const folder = mkdtempSync(join(tmpdir(), 'siamese-bench-'));
const rates = [];
try {
  const { result } = await runRecipe(recipe, {
    out: join(folder, 'run'),
    engine,
    onEvent: (event) => {
      if (event.kind === 'epoch') rates.push(event.stepsPerSecond);
    },
  });
  const peak = process.resourceUsage().maxRSS / 1024;
  const { timeStep } = await import('./time-step.mjs');
  const step = await timeStep(recipe, { engine, profile: profile === 'true' });
  console.log(
    JSON.stringify({
      workload: name.toUpperCase(),
      engine: `${result.engine.name}${result.engine.compiled ? ', compiled' : ''}, TensorFlow ${result.engine.tensorflow}`,
      steps_per_s: median(rates.slice(1)),
      engine_steps_per_s: step.stepsPerSecond,
      first_step_s: result.training.firstStepSeconds,
      peak_rss_mib: peak,
      epochs_steps_per_s: rates,
      ...(step.profile ? { profile: step.profile } : {}),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
