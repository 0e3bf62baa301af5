/** The training step of a recipe on one fixed batch, again and again. */
import { openEngine } from '../../dist/core/engine/open.js';
import { openFiles } from '../../dist/core/files/index.js';
import { planRecipe } from '../../dist/core/recipe/plan.js';
import { openSession } from '../../dist/core/run/session.js';
import { createStep } from '../../dist/core/run/step.js';
import { feed, feedStart } from '../../dist/core/train/feed.js';
import { builtIn } from '../../dist/plugins/index.js';

const SECONDS = 3;
const silent = { debug() {}, info() {}, warn() {} };

/** Steps per second: the median of three stretches; with `profile` also where a step's time goes. */
export async function timeStep(file, { engine: name, profile }) {
  const { planned, registry } = await planRecipe(file, { registry: builtIn, engine: name });
  const { plan } = planned;
  const engine = await openEngine(plan.engine.name, () => {});
  const signal = new AbortController().signal;
  const files = openFiles({ folder: planned.folder, signal });
  const session = await openSession({ plan, registry, files, log: silent });
  const request = { planned, registry, signal, report: () => {}, log: silent, out: null };
  const step = await createStep({ request, engine, session });
  try {
    const batches = feed(feedSettings(plan, session), feedStart);
    const { value: first } = await batches.next();
    let index = 0;
    const call = () => {
      const feeds = Array.from({ length: step.capacity }, () => ({
        batch: first.batch,
        known: first.known,
        at: { index: index++, progress: 0, learningRate: 0.001 },
      }));
      step.run(feeds);
      return feeds.length;
    };
    for (let i = 0; i < 5; i++) call();
    const stretches = [1, 2, 3].map(() => rate(call)).sort((a, b) => a - b);
    return {
      stepsPerSecond: stretches[1],
      ...(profile ? { profile: await profileOf({ step, batches, stepsPerSecond: stretches[1] }) } : {}),
    };
  } finally {
    step.dispose();
    await session.close();
    await files.close();
  }
}

function rate(call) {
  const started = performance.now();
  let steps = 0;
  while (performance.now() - started < (SECONDS * 1000) / 3) steps += call();
  return (1000 * steps) / (performance.now() - started);
}

function feedSettings(plan, session) {
  return {
    training: session.data.train,
    sampler: session.wired.sampler,
    yields: session.wired.yields,
    batchSize: plan.train.batchSize,
    seed: plan.seed,
    mined: null,
    augmentations: session.wired.augmentations.filter((one) => one.place === 'worker'),
    inputs: session.data.inputs,
    progress: () => 0,
  };
}

/** Milliseconds of one step: sampling on the host, and the native call with its feeding. */
async function profileOf({ step, batches, stepsPerSecond }) {
  const started = performance.now();
  let drawn = 0;
  while (performance.now() - started < 500) {
    await batches.next();
    drawn++;
  }
  const sampling = (performance.now() - started) / drawn;
  return { samplingMs: sampling, stepMs: 1000 / stepsPerSecond, stepsPerCall: step.capacity };
}
