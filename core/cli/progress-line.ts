/** Where training stands. */
export interface Standing {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Of the training left; null: not known yet. */
  readonly seconds: number | null;
}

const LONGEST_BAR = 30;
const SHORTEST_BAR = 6;

/** The progress bar as one line that is narrower than the terminal; what does not fit is left out. */
export function progressLine(standing: Standing, width: number, { full, empty } = barMarks()): string {
  const room = width - 1; // a line of the full width would wrap on some terminals
  for (const text of texts(standing)) {
    const size = Math.min(LONGEST_BAR, room - text.length - 1);
    if (size < SHORTEST_BAR) continue;
    const done = Math.round((size * Math.min(standing.step, standing.steps)) / standing.steps);
    return `${full.repeat(done)}${empty.repeat(size - done)} ${text}`;
  }
  return texts(standing).at(-1)!.slice(0, Math.max(0, room));
}

/** From the longest to the shortest. */
function texts({ step, steps, loss, seconds }: Standing): readonly string[] {
  const at = `${step}/${steps}`;
  const left = seconds === null ? '' : duration(seconds);
  const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('  ');
  const shown = Number.isNaN(loss) ? '' : `loss ${loss.toPrecision(4)}`;
  return [
    joined([`${at} steps`, shown, left === '' ? '' : `${left} left`]),
    joined([at, shown, left]),
    joined([at, left]),
    at,
  ];
}

/** `8s`, `4m05s`, `2h10m`. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}

/** Blocks where the locale has them. */
export function barMarks(environment: NodeJS.ProcessEnv = process.env): {
  readonly full: string;
  readonly empty: string;
} {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  const hasBlocks = /utf-?8/i.test(locale) || process.platform === 'darwin' || environment['WT_SESSION'] !== undefined;
  return hasBlocks ? { full: '█', empty: '░' } : { full: '#', empty: '.' };
}
