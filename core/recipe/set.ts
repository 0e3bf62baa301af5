import { fail, ProblemError } from '../problem/index.js';
import { bareNameKey, mergeNodes } from './merge.js';
import { childOf, type Keys, listNode, mapNode, type Node } from './node.js';
import { readValue } from './read.js';
import type { Origin } from './types.js';

/**
 * `train.epochs=3` laid over a recipe: the value is YAML, a number in the path is the place in a list, a key with dots
 * stands in quotes (`optimizer.scales."encoder.conv"=0`).
 * Errors: SET_SYNTAX.
 */
export function applySet(root: Node, text: string): Node {
  const origin: Origin = { from: 'set', text: `--set ${text}` };
  const [, path, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || value === undefined)
    fail('SET_SYNTAX', `--set ${text} is not PATH=VALUE: write --set ${text || 'train.epochs'}=...`);
  const keys = splitPath(path, text);
  if (keys[0] === 'extends') fail('SET_SYNTAX', `--set ${text}: what a recipe extends cannot be set`);
  return overlay(root, { keys, value: parseValue(value, text, origin), at: [], origin, text });
}

function splitPath(path: string, text: string): string[] {
  const keys = [...path.matchAll(/(?:^|\.)(?:"([^"]*)"|([^."]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  if (keys.length === 0 || keys.some((key) => key === ''))
    fail('SET_SYNTAX', `--set ${text}: "${path}" is no path such as train.epochs`);
  return keys;
}

function parseValue(value: string, text: string, origin: Origin): Node {
  try {
    return readValue(value, origin);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return fail('SET_SYNTAX', `--set ${text}: ${error.problems[0]!.message}`);
  }
}

interface Setting {
  readonly keys: readonly string[];
  readonly value: Node;
  /** Path walked so far. */
  readonly at: Keys;
  readonly origin: Origin;
  readonly text: string;
}

function overlay(node: Node | undefined, setting: Setting): Node {
  const { keys, value, at, origin, text } = setting;
  const [key, ...rest] = keys;
  if (key === undefined) return node ? mergeNodes(node, value, at) : value;
  const next = { ...setting, keys: rest, at: [...at, key] };
  if (node?.kind === 'list') {
    const index = /^\d+$/.test(key) ? Number(key) : -1;
    if (index < 0 || index > node.items.length) {
      fail(
        'SET_SYNTAX',
        `--set ${text}: ${at.join('.')} is a list of ${node.items.length}: write ${at.join('.')}.0, not ${at.join('.')}.${key}`,
      );
    }
    const items = [...node.items];
    items[index] = overlay(items[index], next);
    return listNode(items, node.origin);
  }
  if (at.join('.') === 'loss' && key === '0' && node) return overlay(node, { ...setting, keys: rest }); // the only loss
  const empty = node === undefined || (node.kind === 'scalar' && node.value === null);
  if (!empty && node.kind === 'scalar' && bareNameKey(at) === null) {
    fail('SET_SYNTAX', `--set ${text}: ${at.join('.')} is a single value, there is no ${key} in it`);
  }
  const added = mapNode(new Map([[key, { key: null, value: overlay(childOf(node, key), next) }]]), origin);
  return empty ? added : mergeNodes(node, added, at);
}
