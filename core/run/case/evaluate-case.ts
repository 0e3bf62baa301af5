import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Json } from '../../contract/index.js';
import type { Registry } from '../../plugin/registry.js';
import { silent } from '../../plugin/silent.js';
import type { Options } from '../../plugin/view.js';
import { fail, guarded } from '../../problem/index.js';
import { total } from '../../train/reduce.js';
import { createEvaluator } from '../wire.js';
import { type CaseInputs, chooseForm, type Form, type Given, readForm } from './inputs.js';
import { type LossForm, lossForms, openStep } from './losses.js';
import { evaluateMetric, type MetricInputs } from './metrics.js';
import { distanceFor, factsOf, injected, openDistance, openPlugin, weightNames } from './plugins.js';
import { caseWeights } from './weights.js';

export interface CaseRequest {
  readonly registry: Registry;
  readonly kind: string;
  readonly type: string;
  readonly options: Options;
  readonly inputs: CaseInputs;
  /** Distance of a loss that takes any, with its defaults; euclidean when absent. */
  readonly distance?: string | undefined;
}

export interface CaseResult {
  readonly value: Json;
  /** Losses: by each float input but the target, and the weights. */
  readonly gradient?: Readonly<Record<string, Json>>;
}

/** A distance or a loss on its inputs. */
export interface OpenCase {
  readonly given: Given;
  /** By tensor operations alone: it can be recorded. */
  compute(): { readonly value: Tensor; readonly gradient?: Readonly<Record<string, Tensor>> };
}

const evaluations: Readonly<Record<string, (request: CaseRequest) => CaseResult | Promise<CaseResult>>> = {
  loss: (request) => scoped(() => read(openLoss(request))),
  distance: (request) => scoped(() => read(openBetween(request))),
  metric: evaluateEvaluator,
};

/**
 * What one plugin computes on given inputs, on the active backend.
 *   distance: left, right -> a number per pair
 *   pair losses: score, target, or left, right, target under `distance`; losses on embeddings of pairs: left, right
 *   batch losses: embeddings, labels; triplet losses: anchor, positive, negative; weights under their names (proxies)
 *   metric (an evaluator): distance or score, with target; or embeddings, labels, or anchor, positive, negative under `distance`
 * Errors: PLUGIN_UNKNOWN, OPTION_*, DATA_FORMAT, DATA_SIZE, DATA_VALUE, GEOMETRY_DISTANCE, PLUGIN_FAILED, USAGE.
 */
export async function evaluateCase(request: CaseRequest): Promise<CaseResult> {
  const evaluate = Object.hasOwn(evaluations, request.kind) ? evaluations[request.kind] : undefined;
  if (!evaluate) {
    return fail('USAGE', `the kind must be ${Object.keys(evaluations).join(', ')}, got "${request.kind}"`);
  }
  return evaluate(request);
}

/** The case of a distance or a loss, before it is computed. Errors: as of `evaluateCase`. */
export const openCase = (request: CaseRequest & { readonly kind: 'distance' | 'loss' }): OpenCase =>
  request.kind === 'loss' ? openLoss(request) : openBetween(request);

function read({ compute }: OpenCase): CaseResult {
  const { value, gradient } = compute();
  const numbers = (tensor: Tensor): Json => tensor.arraySync() as Json;
  if (!gradient) return { value: numbers(value) };
  const entries = Object.entries(gradient).map(([name, tensor]) => [name, numbers(tensor)]);
  return { value: numbers(value), gradient: Object.fromEntries(entries) };
}

/** Frees every tensor that `compute` made. */
function scoped<T>(compute: () => T): T {
  tfc.engine().startScope();
  try {
    return compute();
  } finally {
    tfc.engine().endScope();
  }
}

function openBetween({ registry, type, options, inputs }: CaseRequest): OpenCase {
  const opened = openPlugin(registry, 'distance', { type, options });
  const form = chooseForm([{ inputs: ['left', 'right'] }], inputs, { name: type, weights: weightNames(opened) });
  const given = readForm(form, inputs);
  const { distance } = openDistance(opened, inputs, factsOf(given));
  const between = (): Tensor => guarded(`distance ${type}`, () => distance.between(given.left!, given.right!)); // [n]
  return { given, compute: () => ({ value: between() }) };
}

function openLoss({ registry, type, options: given, inputs, distance: asked }: CaseRequest): OpenCase {
  const opened = openPlugin(registry, 'loss', { type, options: given });
  const { definition, options } = opened;
  const measure = openPlugin(registry, 'distance', { type: distanceFor(definition, asked), options: {} });
  const { needs } = definition;
  const reads = 'score' in needs ? { reads: [needs.score].flat().join(' or ') } : {};
  const form = chooseForm(lossForms(needs), inputs, { name: type, weights: weightNames(opened, measure), ...reads });
  const tensors = readForm(form, inputs);
  const facts = factsOf(tensors);
  const { distance } = openDistance(measure, inputs, facts);
  const instance = opened.create(injected(definition, distance));
  const weights = caseWeights(definition, options, { inputs, facts });
  const atWork = { instance, weights, distance, step: openStep() };
  const loss = (): Tensor => total(form.terms(atWork, tensors)); // []
  return { given: tensors, compute: () => guarded(`loss ${type}`, () => differentiate(form, tensors, loss)) };
}

async function evaluateEvaluator({
  registry,
  type,
  options: given,
  inputs,
  distance,
}: CaseRequest): Promise<CaseResult> {
  const { definition, options } = openPlugin(registry, 'evaluator', { type, options: given });
  const measure = openPlugin(registry, 'distance', { type: distance ?? 'euclidean', options: {} });
  const forms = metricForms[definition.measures];
  if (!forms) return fail('USAGE', `${type} measures ${definition.measures}: it cannot be evaluated by itself`);
  const form = chooseForm(forms, inputs, { name: type, weights: weightNames(measure) });
  const facts = scoped(() => factsOf(readForm(form, inputs)));
  const evaluator = createEvaluator({ type, options, parts: {} }, { registry, log: silent });
  const opened = openDistance(measure, inputs, facts);
  try {
    return { value: await evaluateMetric(evaluator, inputs as MetricInputs, opened.distance) };
  } finally {
    opened.dispose();
  }
}

const metricForms: Readonly<Record<string, readonly Form[]>> = {
  pairs: [{ inputs: ['distance', 'target'] }, { inputs: ['score', 'target'] }],
  neighbours: [{ inputs: ['embeddings', 'labels'] }],
  triplets: [{ inputs: ['anchor', 'positive', 'negative'] }],
};

/** The value of `compute`, and its gradient by the form's inputs; one that it does not reach has gradient 0. */
function differentiate(form: LossForm, given: Given, compute: () => Tensor): ReturnType<OpenCase['compute']> {
  const names = form.inputs.filter((name) => name !== 'target' && name !== 'labels');
  const inputs = names.map((name) => given[name]!);
  const { value, grads } = tfc.engine().gradients(compute, inputs, undefined, true); // [], each its input's shape
  // tfjs gives null for an input that the loss does not reach
  const found = names.map((_, i) => (grads as readonly (Tensor | null)[])[i] ?? tfc.zerosLike(inputs[i]!)); // each its input's shape
  return { value, gradient: Object.fromEntries(names.map((name, i) => [name, found[i]!])) };
}
