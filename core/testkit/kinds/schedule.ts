import type { Json, Position } from '../../contract/index.js';
import { flaw, flawIf, passed, skip, type Trial, type Verdict } from '../check.js';
import { difference, short } from '../numbers.js';
import type { Subject } from '../subject.js';

/** A finite factor at every step, out of the position and a state that is JSON. */
export function scheduleTrials(subject: Subject<'schedule'>): readonly Trial[] {
  return [
    { name: 'a finite factor at every step', run: () => finite(subject) },
    { name: 'same options and inputs, same results', run: () => repeats(subject) },
    { name: 'its state is JSON', run: () => stateIsJson(subject) },
    { name: 'resumed from a saved state it goes on', run: () => resumes(subject) },
    { name: 'bears a metric that is not a number', run: () => withoutMetric(subject) },
  ];
}

const lengths = [1, 2, 40, 1000];

function positions(steps: number): Position[] {
  const stepsPerEpoch = Math.max(1, Math.floor(steps / 4));
  return Array.from({ length: steps }, (_, step) => ({
    step,
    steps,
    stepsPerEpoch,
    epoch: Math.floor(step / stepsPerEpoch),
    epochs: Math.ceil(steps / stepsPerEpoch),
  }));
}

/** The factors of a training, whose metric first rises and then stalls; the state goes through what `save` makes of it. */
function train(subject: Subject<'schedule'>, steps: number, save: (state: Json) => Json = (state) => state): number[] {
  const schedule = subject.create();
  let state: Json = schedule.initial ?? null;
  return positions(steps).map((at) => {
    const factor = schedule.factor(at, state);
    if ((at.step + 1) % at.stepsPerEpoch === 0) {
      const event = { epoch: at.epoch, monitored: Math.min(0.8, 0.5 + at.epoch / 10), better: 'higher' } as const;
      state = save(schedule.observe?.(state, event) ?? state);
    }
    return factor;
  });
}

function finite(subject: Subject<'schedule'>): Verdict {
  for (const steps of lengths) {
    const factors = train(subject, steps);
    const at = factors.findIndex((factor) => !Number.isFinite(factor) || factor < 0);
    if (at >= 0)
      return flaw(
        `in a training of ${steps} steps the factor at step ${at} is ${factors[at]}: it must be finite and not negative`,
      );
    if (factors.every((factor) => factor === 0))
      return flaw(`in a training of ${steps} steps every factor is 0: nothing would be learned`);
    subject.record(`factors of ${steps}`, factors);
  }
  return passed;
}

/** Asked in another order too: a run that resumes asks from the middle. */
function repeats(subject: Subject<'schedule'>): Verdict {
  const schedule = subject.create();
  const state = schedule.initial ?? null;
  const ordered = positions(40).map((at) => schedule.factor(at, state));
  const backwards = positions(40)
    .reverse()
    .map((at) => schedule.factor(at, state))
    .reverse();
  const found = difference(ordered, backwards, { relative: 0, absolute: 0 });
  if (found !== null)
    return flaw(`asked in another order it answers otherwise: ${found}; the state must be passed, not kept`);
  const twin = difference(train(subject, 40), train(subject, 40), { relative: 0, absolute: 0 });
  return twin === null ? passed : flaw(`two schedules of the same options differ: ${twin}`);
}

function stateIsJson(subject: Subject<'schedule'>): Verdict {
  const schedule = subject.create();
  if (schedule.initial === undefined && !schedule.observe) return skip('it has no state');
  const states = [schedule.initial ?? null];
  for (const epoch of [0, 1, 2]) {
    const before = JSON.stringify(states.at(-1));
    states.push(schedule.observe?.(states.at(-1)!, { epoch, monitored: 0.5, better: 'higher' }) ?? null);
    if (JSON.stringify(states.at(-2)) !== before)
      return flaw('observe changes the state that it is given; it must return the next one');
  }
  const lost = states.find((state) => !sameJson(state, JSON.parse(JSON.stringify(state)) as Json));
  return flawIf(
    lost === undefined
      ? null
      : `its state ${String(JSON.stringify(lost)).slice(0, 80)} does not come back from JSON as it was`,
  );
}

/** Infinity and undefined become null, or vanish, in JSON. */
function sameJson(a: Json, b: Json): boolean {
  if (a === null || typeof a !== 'object') return Object.is(a, b) || a === b;
  if (b === null || typeof b !== 'object') return false;
  const [one, other] = [Object.entries(a), b as Readonly<Record<string, Json>>];
  return (
    one.length === Object.keys(b).length &&
    one.every(([key, value]) => value !== undefined && sameJson(value as Json, other[key]!))
  );
}

function resumes(subject: Subject<'schedule'>): Verdict {
  const found = difference(
    train(subject, 40),
    train(subject, 40, (state) => JSON.parse(JSON.stringify(state)) as Json),
    { relative: 0, absolute: 0 },
  );
  return found === null ? passed : flaw(`with a state that went through JSON it goes on otherwise: ${found}`);
}

function withoutMetric(subject: Subject<'schedule'>): Verdict {
  const schedule = subject.create();
  if (!schedule.observe) return skip('it observes nothing');
  const state = schedule.observe(schedule.initial ?? null, { epoch: 0, monitored: Number.NaN, better: 'lower' });
  const factor = schedule.factor(positions(40)[20]!, state);
  return Number.isFinite(factor) ? passed : flaw(`after a metric of NaN the factor is ${short(factor)}`);
}
