import {
  Composer,
  type Document,
  isAlias,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  Parser,
  type Scalar,
  stringify,
  type YAMLMap,
} from 'yaml';
import { fail, type Place, type Problem, ProblemError, problem } from '../problem/index.js';
import { DEEPEST, LONGEST_TEXT, MOST_NODES } from './limits.js';
import { type Entry, listNode, type MapNode, mapNode, type Node, scalarNode } from './node.js';
import type { Origin } from './types.js';
import { wordYamlError } from './yaml-errors.js';
import { duplicateKeys, limitTokens } from './yaml-limits.js';

type Range = readonly [start: number, end: number];
interface Reading {
  readonly text: string;
  readonly place: (range: Range) => Place;
  readonly origin: (place: Place) => Origin;
  /** Anchored nodes so far, in the order of the file: an alias means the last of its name. */
  readonly anchors: Map<string, ParsedNode>;
  /** Nodes that stand around the current one: an alias to one of them would never end. */
  readonly open: Set<ParsedNode>;
  nodes: number;
  /** Above 0 while an alias is followed: anchors inside it are old ones. */
  aliases: number;
}

/** A YAML text as a tree with the place of every key and value. Errors: the YAML codes, all that can be told apart at once. */
export function readYaml(text: string, file: string): MapNode {
  const node = readDocument(text, file, (place) => ({ from: 'file', place }));
  if (node.kind === 'map') return node;
  const place = { file, line: 1, column: 1 };
  return fail(
    'YAML_DOCUMENTS',
    `a recipe is a map of keys and values, not ${node.kind === 'list' ? 'a list' : 'a single value'}`,
    { place },
  );
}

/** A value as the command line gives it (`--set path=VALUE`): the same YAML, without a place. Errors: the YAML codes. */
export function readValue(text: string, origin: Origin): Node {
  return text.trim() === '' ? scalarNode('', origin) : readDocument(text, '', () => origin);
}

/** Plain values as YAML 1.2 text. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 120, flowCollectionPadding: true, aliasDuplicateObjects: false });
}

function readDocument(text: string, file: string, origin: Reading['origin']): Node {
  const start = { file, line: 1, column: 1 };
  if (text.length > LONGEST_TEXT)
    fail('YAML_SYNTAX', `a recipe has at most ${LONGEST_TEXT} characters, this one ${text.length}`, { place: start });
  const options = {
    merge: true,
    stringKeys: true,
    uniqueKeys: false, // the parser compares every key with every other: `duplicateKeys`
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  } as const;
  const place = placer(text, file);
  const tokens = limitTokens(new Parser().parse(text), () =>
    fail('YAML_SYNTAX', `a recipe has at most ${MOST_NODES} values, this one has more`, { place: start }),
  );
  const documents = [...new Composer(options).compose(tokens)];
  const [document] = documents;
  if (!document || (document.contents === null && document.errors.length === 0))
    return fail('YAML_DOCUMENTS', 'the file is empty: a recipe is a map of keys and values', { place: start });
  const problems = documentProblems(document, text, place);
  if (problems.length > 0) throw new ProblemError(problems);
  if (documents.length > 1) {
    const at = place([documents[1]!.range[0], documents[1]!.range[0] + 1]);
    fail('YAML_DOCUMENTS', `a recipe is one document, this file holds ${documents.length}: give each a file`, {
      place: at,
    });
  }
  const reading: Reading = { text, place, origin, anchors: new Map(), open: new Set(), nodes: 0, aliases: 0 };
  return toNode(document.contents as ParsedNode, reading, start);
}

/** Offsets -> a place whose caret stays on its line. Lines are counted here: of text that is no YAML the parser leaves some out. */
function placer(text: string, file: string): (range: Range) => Place {
  const lines = new LineCounter();
  for (let start = 0; start >= 0; start = text.indexOf('\n', start) + 1 || -1) lines.addNewLine(start);
  return ([from, to]) => {
    const start = Math.min(from, text.length);
    const { line, col } = lines.linePos(start);
    const width = text
      .slice(start, to)
      .split(/[\r\n]/)[0]!
      .trimEnd().length;
    return { file, line: Math.max(1, line), column: Math.max(1, col), length: Math.max(1, width) };
  };
}

/** Everything that stands for itself, and of what is not YAML only the first: what follows it is guesswork. */
function documentProblems(document: Document, text: string, place: Reading['place']): Problem[] {
  const own = ['DUPLICATE_KEY', 'NON_STRING_KEY'];
  const syntax = document.errors.filter(({ code }) => !own.includes(code)).sort((a, b) => a.pos[0] - b.pos[0]);
  const shown = [
    ...duplicateKeys(document.contents),
    ...document.errors.filter(({ code }) => own.includes(code)),
    ...document.warnings,
    ...syntax.slice(0, 1),
  ];
  const problems = shown.map((error) => {
    const { code, message, hint, at = error.pos[0], length } = wordYamlError(error, text);
    const where = place([at, length === undefined ? error.pos[1] : at + length]);
    return problem(code, message, { place: where, ...(hint === undefined ? {} : { hint }) });
  });
  const { yaml } = document.directives ?? {};
  if (yaml?.explicit && yaml.version !== '1.2') {
    problems.push(
      problem('YAML_SYNTAX', `recipes are YAML 1.2, this one says ${yaml.version}`, { place: place([0, 9]) }),
    );
  }
  return problems;
}

function toNode(node: ParsedNode | null, reading: Reading, key: Place): Node {
  if (node === null) return scalarNode(null, reading.origin(key));
  const place = reading.place([node.range[0], node.range[1]]);
  if (reading.open.size >= DEEPEST) fail('YAML_SYNTAX', `nested too deeply: at most ${DEEPEST} levels`, { place });
  if (++reading.nodes > MOST_NODES)
    fail('YAML_ALIAS', `more than ${MOST_NODES} values: aliases repeat too much`, { place });
  if (isAlias(node)) return followAlias(node.source, reading, { place, key });
  if (node.anchor !== undefined && reading.aliases === 0) reading.anchors.set(node.anchor, node);
  if (isScalar(node)) {
    const empty = node.range[0] === node.range[1];
    return scalarNode(scalarOf(node.value, place), reading.origin(empty ? key : place));
  }
  const origin = reading.origin({ ...place, length: 1 });
  reading.open.add(node);
  const result = isSeq(node)
    ? listNode(
        node.items.map((item) => toNode(item as ParsedNode, reading, place)),
        origin,
      )
    : mapNode(entriesOf(node as YAMLMap.Parsed, reading), origin);
  reading.open.delete(node);
  return result;
}

function followAlias(name: string, reading: Reading, at: { readonly place: Place; readonly key: Place }): Node {
  const { place } = at;
  const node = reading.anchors.get(name);
  if (!node && /[./*]/.test(name))
    // a pattern of files
    return fail('YAML_ALIAS', `a value that begins with * needs quotes: "*${name}"`, {
      place,
      hint: 'Without quotes *name repeats the value that &name stands before.',
    });
  if (!node)
    return fail('YAML_ALIAS', `the alias *${name} comes before any anchor &${name}`, {
      place,
      hint: `Write &${name} before the value that it repeats, further up.`,
    });
  if (reading.open.has(node))
    return fail('YAML_ALIAS', `the alias *${name} stands inside its own anchor &${name}`, { place });
  reading.aliases++;
  const followed = toNode(node, reading, at.key);
  reading.aliases--;
  return followed;
}

function scalarOf(value: unknown, place: Place): string | number | boolean | null {
  if (value === null || ['string', 'boolean', 'number'].includes(typeof value))
    return value as string | number | boolean | null;
  return fail('YAML_TAG', 'this value is neither text, a number, true, false nor null', { place });
}

/** Own keys first, then those of `<<` that are not there yet: the earlier map of a list wins. */
function entriesOf(map: YAMLMap.Parsed, reading: Reading): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const merged: Node[] = [];
  for (const { key, value } of map.items as readonly Pair<ParsedNode, ParsedNode | null>[]) {
    const at = reading.place([key.range[0], key.range[1]]);
    if (!isScalar(key)) {
      fail('YAML_SYNTAX', 'a key must be text', { place: at });
    } else if (String(key.value) === '<<' && key.type === 'PLAIN') {
      merged.push(...mergeSources(toNode(value, reading, at), at));
    } else {
      if (value === null || value.range[0] === value.range[1]) refuseGluedColon(key, at);
      const node = toNode(value, reading, at);
      entries.set(String(key.value), { key: reading.origin(at).from === 'file' ? at : null, value: node });
    }
  }
  for (const source of merged) {
    if (source.kind !== 'map') continue;
    for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
  }
  return entries;
}

/** `{type:mlp}` is YAML for one word without a value, and nobody's intention. */
function refuseGluedColon({ value, type }: Scalar, place: Place): void {
  const [, key, rest] = /^([A-Za-z_]\w*):(\S+)$/.exec(String(value)) ?? [];
  if (key !== undefined && type === 'PLAIN')
    fail('YAML_SYNTAX', `a colon needs a space after it: ${key}: ${rest}`, { place });
}

function mergeSources(node: Node, place: Place): readonly Node[] {
  const sources = node.kind === 'list' ? node.items : [node];
  if (sources.some(({ kind }) => kind !== 'map')) fail('YAML_ALIAS', '<< takes a map, or a list of maps', { place });
  return sources;
}
