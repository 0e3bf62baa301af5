import type { LoggerInterface } from 'vega';
import { transforms } from 'vega-dataflow';
import * as encodings from 'vega-encode';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';
import { parse } from 'vega-parser';
import * as tables from 'vega-transforms';
import { View } from 'vega-view';
import * as layout from 'vega-view-transforms';
import { printable } from '../html.js';
import type { Spec } from './frame.js';

/** What our specs need of the package vega, which would register maps, forces and trees too, and take as long again to load. */
Object.assign(transforms, tables, encodings, layout);

/**
 * Picture of a vega-lite spec: what stands inside its svg element. No expression becomes JavaScript: vega's interpreter
 * walks their trees. Errors: whatever vega complains of, so that no picture is half of one.
 */
export async function svgOf(spec: Spec): Promise<string> {
  const { spec: compiled } = compile(spec as unknown as TopLevelSpec, { logger });
  const runtime = parse(compiled, undefined, { ast: true });
  const view = new View(runtime, { renderer: 'none', expr: expressionInterpreter, logger });
  const svg = await view.toSVG();
  view.finalize();
  return printable(svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>')));
}

function complain(...words: readonly unknown[]): never {
  throw new Error(`vega: ${words.join(' ')}`);
}
const logger: LoggerInterface = {
  level: () => 0,
  error: complain,
  warn: complain,
  info: () => logger,
  debug: () => logger,
};
