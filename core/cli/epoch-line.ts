/** What one line tells of an epoch. */
export interface EpochFigures {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly stepsPerSecond: number;
  /** The monitored metric; null where nothing was evaluated. */
  readonly monitored: Monitored | null;
}
export interface Monitored {
  readonly name: string;
  /** null: it could not be measured. */
  readonly value: number | null;
  readonly best: boolean;
}

/** One line, the shorter the narrower the terminal, of one form in all epochs. `marked` colours the mark of the best. */
export function epochLine(figures: EpochFigures, width: number, marked: (text: string) => string): string {
  const { monitored, epochs } = figures;
  const widest = forms({
    ...figures,
    epoch: epochs,
    loss: 0.01234,
    monitored: monitored && { ...monitored, best: true },
  });
  const fitting = widest.findIndex(({ length }) => length < width);
  const line = forms(figures).at(fitting)!; // -1, none fits: the shortest
  return monitored?.best ? line.replace(BEST, (mark) => marked(mark)) : line;
}

const BEST = / best$| best(?= )| \*$/;

function forms({ epoch, epochs, loss, stepsPerSecond, monitored }: EpochFigures): readonly string[] {
  const start = [`epoch ${epoch}/${epochs}`, `loss ${loss.toPrecision(4)}`];
  const speed = `${stepsPerSecond.toPrecision(3)} steps/s`;
  if (monitored === null) return [[...start, speed].join('  '), start.join('  '), start.join(' ')];
  const shortName = monitored.name.slice(monitored.name.indexOf('.') + 1);
  const long = monitoredText(monitored);
  const short = monitoredText({ ...monitored, name: shortName });
  return [
    [...start, long, speed].join('  '),
    [...start, short, speed].join('  '),
    [...start, short].join('  '),
    [`${epoch}/${epochs}`, start[1], short].join('  '),
    [`${epoch}/${epochs}`, start[1], short.replace(/ best$/, ' *')].join(' '),
  ];
}

/** `verification.rocAuc 0.9123 best` */
export function monitoredText({ name, value, best }: Monitored): string {
  return `${name} ${value === null ? 'not measured' : value.toFixed(4)}${best ? ' best' : ''}`;
}
