import { type Problem, problem, suggestion } from '../problem/index.js';
import type { Settings } from './envelope.js';
import { nodeAt } from './node.js';
import { recordOrigins } from './record-origins.js';
import type { Origin, Plan } from './types.js';
import type { Resolving } from './uses.js';

const names = ['auto', 'native', 'portable'] as const;
type Engine = Plan['engine'];

/** `--engine`, else SIAMESE_ENGINE, else the recipe, else auto. */
export function chooseEngine(
  { engine }: Settings,
  { root, origins, faults }: Resolving,
  option: string | undefined,
): Engine {
  const own = typeof engine === 'string' ? { name: engine } : (engine ?? {});
  const node = nodeAt(root, ['engine']);
  const from = (key: string): void => {
    const inner = node?.kind === 'scalar' && key === 'name' ? node : nodeAt(node, [key]);
    recordOrigins(null, { node: inner, path: `engine.${key}`, reason: 'what the machine has', origins });
  };
  from('name');
  from('compile');
  const settings: Engine = {
    name: (own.name ?? 'auto') as Engine['name'],
    compile: (own.compile ?? 'auto') as Engine['compile'],
  };
  const asked = option ?? process.env['SIAMESE_ENGINE'];
  if (asked === undefined || asked === '') return settings;
  const source = option === undefined ? 'SIAMESE_ENGINE=' : '--engine ';
  const name = names.find((one) => one === asked);
  if (name === undefined) faults.add(unknownEngine(source, asked));
  const origin: Origin = { from: 'set', text: `${source}${asked}` };
  origins.set('engine.name', origin);
  return { ...settings, name: name ?? settings.name };
}

function unknownEngine(source: string, asked: string): Problem {
  return problem('ENGINE', `${source}${asked} names no engine${suggestion(asked, names)}`, {
    path: 'engine.name',
    hint: `Engines: ${names.join(', ')}`,
  });
}
