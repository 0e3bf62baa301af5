import type { Batch } from '../data/batch.js';
import type { InputValues, Side } from '../data/item-set.js';
import { ProblemError, problem } from '../problem/index.js';
import type { Fed } from './feed.js';

/** Items that a message names. */
const NAMED = 6;
/** A network that is fed values beyond this seldom learns. */
const LARGE = 1e6;

interface Lost {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly fed: Pick<Fed, 'batch' | 'items'>;
  /** Loss of the step before; NaN where there was none. */
  readonly before: number;
}

/** A loss that is NaN or infinite: at which step, on which items, and what the likely cause is. */
export function notFinite(loss: number, { step, learningRate, fed, before }: Lost): ProblemError {
  const keys = [...new Set(rowsOf(fed).flatMap(({ side, rows }) => Array.from(rows, (row) => side.key(row))))];
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : '';
  const batch = `its batch holds ${keys.slice(0, NAMED).join(', ')}${more}`;
  const message = `the loss became ${loss} at step ${step}, at a learning rate of ${learningRate}; ${batch}`;
  return new ProblemError(problem('LOSS_NOT_FINITE', message, { hint: likelyCause(fed, before) }));
}

/** The same of a batch that is passed over, in one line. */
export function skipMessage({ problems: [found] }: ProblemError): string {
  const culprit = /^The field .* holds [^:]+/.exec(found!.hint ?? '')?.[0];
  return `a batch is skipped: ${found!.message}${culprit ? `. ${culprit}` : ''}`;
}

function likelyCause(fed: Lost['fed'], before: number): string {
  const large = largest(fed);
  if (large && !(Math.abs(large.value) <= LARGE)) {
    const found = `The field ${large.input} of item ${large.key} holds ${large.value}`;
    return `${found}: the likely cause is values of that size; scale the field, or clean the data.`;
  }
  if (Number.isNaN(before)) {
    return 'It was the first step of this process, so the likely cause is the loss itself on these items, or weights to start from that are not finite.';
  }
  const cure = 'a lower optimizer.learningRate, train.clipNorm: 1, or a warm-up usually helps';
  return `The loss was ${before} one step before: the likely cause is a training that diverges; ${cure}.`;
}

function rowsOf({ batch, items }: Lost['fed']): readonly { readonly side: Side; readonly rows: Int32Array }[] {
  const { left, right } = items;
  if (batch.kind === 'labelled-batch') return [{ side: left, rows: batch.rows.items }];
  const { rows } = batch;
  if ('anchor' in rows) return [rows.anchor, rows.positive, rows.negative].map((one) => ({ side: left, rows: one }));
  return [
    { side: left, rows: rows.left },
    { side: right, rows: rows.right },
  ];
}

const valuesOf = (batch: Batch): readonly InputValues[] =>
  batch.kind === 'pairs'
    ? [batch.left, batch.right]
    : batch.kind === 'triplets'
      ? [batch.anchor, batch.positive, batch.negative]
      : [batch.items];

interface Large {
  readonly input: string;
  readonly key: string;
  readonly value: number;
}

/** The value of the batch that is largest, or no number. */
function largest(fed: Lost['fed']): Large | null {
  let found: Large | null = null;
  const values = valuesOf(fed.batch);
  for (const [i, { side, rows }] of rowsOf(fed).entries()) {
    for (const [input, numbers] of Object.entries(values[i]!)) {
      const each = numbers.length / rows.length;
      for (const [at, value] of numbers.entries()) {
        if (found && Math.abs(value) <= Math.abs(found.value)) continue;
        if (found && Number.isNaN(found.value)) return found;
        found = { input, key: side.key(rows[Math.floor(at / each)]!), value };
      }
    }
  }
  return found;
}
