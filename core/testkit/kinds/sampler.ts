import type {
  Batches,
  Embedded,
  Pool,
  Relation,
  SamplerInstance,
  SamplerPlan,
  Sampling,
  State,
  Yields,
} from '../../contract/index.js';
import { ProblemError } from '../../problem/index.js';
import { openStream } from '../../random/index.js';
import { flaw, flawIf, passed, remark, skip, type Trial, type Verdict } from '../check.js';
import { short } from '../numbers.js';
import type { Subject } from '../subject.js';
import { replace } from '../watch.js';
import { countsOf, type NamedPool, poolsFor } from './pools.js';
import { type AnyRows, countOf, outOfRange, sidesOf, untrue, withItself, wrongForm } from './sampler-rows.js';

type Instance = SamplerInstance<Yields>;
/** A pool, and a size of batch that suits the sampler there. */
interface Scene extends NamedPool {
  readonly batchSize: number;
  readonly plan: Exclude<SamplerPlan, { problem: string }>;
}

/** True rows of the pool, in batches that are the same in whatever order they are asked for, as many as planned. */
export function samplerTrials(subject: Subject<'sampler'>): readonly Trial[] {
  const { yields } = subject.definition;
  const eachBatch = (judge: (rows: AnyRows, pool: Pool) => string | null) => () =>
    inScenes(subject, (scene) => firstOf(batchesOf(sample(subject, scene)), (rows) => judge(rows, scene.pool)));
  return [
    { name: 'draws from ordinary data', run: () => works(subject) },
    { name: 'yields what it declares', run: eachBatch((rows) => wrongForm(rows, yields)) },
    { name: 'rows of the pool', run: eachBatch(outOfRange) },
    { name: 'never an item with itself', run: eachBatch(withItself) },
    { name: 'true targets', run: eachBatch(untrue) },
    {
      name: 'batches of the size that was asked for',
      run: () => inScenes(subject, (scene) => wrongSize(subject, scene)),
    },
    { name: 'as many batches as planned', run: () => inScenes(subject, (scene) => unplanned(subject, scene)) },
    { name: 'as many positives as planned', run: () => inScenes(subject, (scene) => otherShare(subject, scene)) },
    { name: 'batches in any order', run: () => inScenes(subject, (scene) => ordered(subject, scene)) },
    { name: 'seeded', run: () => seeded(subject) },
    { name: 'draws nothing in JavaScript', run: () => flawIf(drawsItself(subject)) },
    { name: 'goes on after a resume', run: () => resumes(subject) },
    { name: 'leaves the pool as it is', run: () => inScenes(subject, (scene) => changes(subject, scene)) },
    { name: 'works on a buffer of a stream', run: () => buffered(subject) },
    { name: 'what it mines is saved', run: () => mines(subject) },
  ];
}

const relationsOf = ({ definition }: Subject<'sampler'>): readonly Relation[] => [definition.from].flat();

function scenes(subject: Subject<'sampler'>): readonly Scene[] {
  const instance = subject.create() as Instance;
  return relationsOf(subject).flatMap((relation) =>
    poolsFor(relation).flatMap((one): Scene[] => {
      for (const batchSize of [8, 16, 32, 64]) {
        const plan = instance.plan(countsOf(one.pool, batchSize));
        if (!('problem' in plan)) return [{ ...one, batchSize, plan }];
      }
      return [];
    }),
  );
}

function works(subject: Subject<'sampler'>): Verdict {
  if (scenes(subject).some(({ tiny }) => !tiny)) return passed;
  const { pool } = poolsFor(relationsOf(subject)[0]!)[0]!;
  const plan = (subject.create() as Instance).plan(countsOf(pool, 32));
  return flaw(`it refuses ordinary data: ${'problem' in plan ? plan.problem : ''}`);
}

function inScenes(subject: Subject<'sampler'>, judge: (scene: Scene) => string | null): Verdict {
  const all = scenes(subject);
  if (all.length === 0) return skip('it draws from none of the pools');
  for (const scene of all) {
    const found = judge(scene);
    if (found !== null) return flaw(`from ${scene.name}: ${found}`);
  }
  return passed;
}

interface Drawn {
  readonly epoch?: number;
  readonly seed?: number;
  readonly mined?: State | null;
}

function samplingAt({ batchSize }: Scene, { epoch = 0, seed = 1, mined = null }: Drawn): Sampling {
  const stream = openStream(seed, 'conformance sampler');
  return { epoch, progress: 0, batchSize, mined, draw: (key = 0) => stream.draw(epoch, key) };
}

const sample = (subject: Subject<'sampler'>, scene: Scene, drawn: Drawn = {}): Batches<Yields> =>
  (subject.create() as Instance).sample(scene.pool, samplingAt(scene, drawn));

const batchesOf = ({ count, batch }: Batches<Yields>): AnyRows[] =>
  Array.from({ length: count }, (_, index) => batch(index) as AnyRows);
const firstOf = (all: readonly AnyRows[], judge: (rows: AnyRows) => string | null): string | null =>
  all.map(judge).find((found) => found !== null) ?? null;
const text = (rows: AnyRows): string =>
  JSON.stringify(
    Object.values({ ...sidesOf(rows), ...('target' in rows ? { target: rows.target, weight: rows.weight } : {}) }),
  );

function wrongSize(subject: Subject<'sampler'>, scene: Scene): string | null {
  const sizes = batchesOf(sample(subject, scene)).map(countOf);
  const wrong = sizes.findIndex((size) => size < 1 || size > scene.batchSize);
  return wrong < 0
    ? null
    : `batch ${wrong} of ${sizes.length} has ${sizes[wrong]} rows, the batch size is ${scene.batchSize}`;
}

function unplanned(subject: Subject<'sampler'>, scene: Scene): string | null {
  const { plan } = scene;
  const batches = sample(subject, scene);
  if (batches.count !== plan.batches) return `it plans ${plan.batches} batches and gives ${batches.count}`;
  const rows = batchesOf(batches).reduce((sum, one) => sum + countOf(one), 0);
  return plan.rows === undefined || plan.rows === rows ? null : `it plans ${plan.rows} rows and gives ${rows}`;
}

/** Over 40 epochs, within four standard deviations of the mean and one percent. */
function otherShare(subject: Subject<'sampler'>, scene: Scene): string | null {
  const { positives } = scene.plan;
  if (positives === undefined || positives === null || subject.definition.yields !== 'pairs') return null;
  let [rows, same] = [0, 0];
  for (let epoch = 0; epoch < 40; epoch++) {
    for (const batch of batchesOf(sample(subject, scene, { epoch })) as {
      left: Int32Array;
      right: Int32Array;
      target: Float32Array | null;
    }[]) {
      rows += batch.left.length;
      batch.left.forEach((left, i) => {
        const { groups } = scene.pool;
        const target = batch.target
          ? batch.target[i]!
          : Number(groups[left]! >= 0 && groups[left] === groups[batch.right[i]!]);
        same += Number(target >= 0.5);
      });
    }
  }
  const slack = 0.01 + 4 * Math.sqrt((positives * (1 - positives)) / rows);
  return Math.abs(same / rows - positives) <= slack
    ? null
    : `it plans a share of ${short(positives)} positives and gives ${short(same / rows)}`;
}

function ordered(subject: Subject<'sampler'>, scene: Scene): string | null {
  const batches = sample(subject, scene);
  const forwards = batchesOf(batches).map(text);
  const backwards = Array.from({ length: batches.count }, (_, i) =>
    text(batches.batch(batches.count - 1 - i) as AnyRows),
  ).reverse();
  const at = forwards.findIndex((one, i) => one !== backwards[i]);
  return at < 0 ? null : `batch ${at} differs when the batches are asked for in another order: workers prefetch in any`;
}

function seeded(subject: Subject<'sampler'>): Verdict {
  let fixed = true;
  const found = inScenes(subject, (scene) => {
    const drawn = (how: Drawn): string =>
      batchesOf(sample(subject, scene, how))
        .map(text)
        .join();
    const [first, second] = [drawn({}), drawn({})];
    if (first !== second) return 'the same seed and epoch draw otherwise the second time';
    fixed &&= first === drawn({ epoch: 1 }) && first === drawn({ seed: 2 });
    return null;
  });
  return found.outcome === 'pass' && fixed ? remark('every epoch is the same: it draws nothing') : found;
}

function drawsItself(subject: Subject<'sampler'>): string | null {
  let drawn = false;
  const back = replace(
    Math,
    'random',
    (original) =>
      function (...args) {
        drawn = true;
        return original.apply(this, args);
      },
  );
  try {
    for (const scene of scenes(subject)) batchesOf(sample(subject, scene));
  } finally {
    back();
  }
  return drawn ? 'it draws by Math.random: two runs of one seed would differ; sampling.draw() is seeded' : null;
}

/** Epoch and number of the batch are all that is left after an interruption. */
function resumes(subject: Subject<'sampler'>): Verdict {
  return inScenes(subject, (scene) => {
    const whole = batchesOf(sample(subject, scene, { epoch: 1 })).map(text);
    const at = Math.floor(whole.length / 2);
    const fresh = sample(subject, { ...scene, pool: structured(scene.pool) }, { epoch: 1 });
    const rest = Array.from({ length: whole.length - at }, (_, i) => text(fresh.batch(at + i) as AnyRows));
    return rest.join() === whole.slice(at).join()
      ? null
      : `a new sampler that begins at batch ${at} of epoch 1 draws otherwise`;
  });
}

const structured = (pool: Pool): Pool => ({ ...structuredClone({ ...pool, column: null }), column: pool.column });

function changes(subject: Subject<'sampler'>, { pool, ...scene }: Scene): string | null {
  const before = JSON.stringify(structured(pool));
  batchesOf(sample(subject, { ...scene, pool }));
  return JSON.stringify(structured(pool)) === before ? null : 'it changes the pool that it is given';
}

/** A buffer may hold too little: then a problem in plain words, nothing else. */
function buffered(subject: Subject<'sampler'>): Verdict {
  if (!subject.definition.streams) return skip('it is declared not to work on streams');
  const [scene] = scenes(subject);
  if (!scene) return skip('it draws from none of the pools');
  try {
    const small = poolsFor(relationsOf(subject)[0]!).at(-1)!.pool;
    batchesOf(sample(subject, { ...scene, pool: small }));
    return passed;
  } catch (error) {
    if (error instanceof ProblemError) return passed;
    return flaw(
      `on a small buffer it throws: ${(error as Error).message}; a buffer that is too small is a problem of the data`,
    );
  }
}

async function mines(subject: Subject<'sampler'>): Promise<Verdict> {
  const [scene] = scenes(subject);
  const { mine } = subject.create() as Instance;
  if (!mine || !scene) return skip('it mines nothing');
  const state = await mine.mine(scene.pool, embeddedOf(scene.pool), samplingAt(scene, {}));
  const loaded: State = {
    ...(state.json === undefined ? {} : { json: JSON.parse(JSON.stringify(state.json)) as never }),
    ...(state.arrays ? { arrays: structuredClone(state.arrays) } : {}),
  };
  const draw = (mined: State): string =>
    batchesOf(sample(subject, scene, { mined }))
      .map(text)
      .join();
  if (draw(state) !== draw(loaded)) return flaw('with a mined state that was saved and loaded it draws otherwise');
  const wrong = firstOf(
    batchesOf(sample(subject, scene, { mined: state })),
    (rows) => outOfRange(rows, scene.pool) ?? withItself(rows, scene.pool) ?? untrue(rows, scene.pool),
  );
  return flawIf(wrong === null ? null : `after mining ${wrong}`);
}

/** Embeddings on a line, in the order of the rows. */
function embeddedOf(pool: Pool): Embedded {
  return {
    embeddings: Float32Array.from({ length: pool.size * 2 }, (_, i) => (i % 2 === 0 ? i / 2 : 0)),
    dimensions: 2,
    neighbours(rows, count) {
      const near = [...rows].map((row) =>
        Array.from({ length: pool.size }, (_, other) => other)
          .filter((other) => other !== row)
          .sort((a, b) => Math.abs(a - row) - Math.abs(b - row) || a - b)
          .slice(0, count),
      );
      return {
        rows: Int32Array.from(near.flat()),
        distances: Float32Array.from(near.flatMap((all, i) => all.map((other) => Math.abs(other - rows[i]!)))),
      };
    },
  };
}
